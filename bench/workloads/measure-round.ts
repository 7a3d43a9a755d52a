import type { Bench, Running } from '../bench.ts';
import type { LoadResult } from '../load/job.ts';
import type { CallCounts } from '../upstream/call-book.ts';
import type { RequestPattern } from './request-patterns.ts';

/** One round of one contestant. */
export interface Round {
  readonly perSecond: number;
  /** How much of its core it used, from 0 to 1; absent where that cannot be found out. */
  readonly busy?: number;
  readonly p99Ms: number;
}

export interface RoundOptions {
  readonly pattern: RequestPattern;
  readonly seconds: number;
  /** The rate to provide different ids for. */
  readonly expectedPerSecond: number;
}

/** @throws when anything did not work */
export async function measureRound(bench: Bench, running: Running, options: RoundOptions): Promise<Round> {
  const { upstream, load, plan } = bench;
  const { pattern, seconds, expectedPerSecond } = options;
  const { prefix, numbers } = pattern;
  const { connections } = plan;
  // Twice as many as expected, because some connections are faster than others and none may begin again; and
  // more than anybody can use where the expectation comes from a round that was held up.
  const expected = Math.ceil((2 * expectedPerSecond * seconds) / connections);
  const each = numbers?.count ?? Math.max(expected, Math.ceil(1_000 * seconds));

  await upstream.reset();
  const before = running.cpuTime();
  const result = await load.run({
    kind: 'hammer',
    url: running.url,
    prefix,
    firstId: numbers?.firstId ?? bench.ids.take(each * connections),
    ids: each,
    apart: numbers === undefined,
    headers: running.headers,
    connections,
    seconds,
  });
  const after = running.cpuTime();
  checkResult(running, pattern, result, await upstream.counts());
  const perSecond = result.answers / result.seconds;
  const busy = before !== undefined && after !== undefined && (after - before) / result.seconds;
  return { perSecond, p99Ms: result.p99Ms, ...(busy && { busy: Math.min(1, busy) }) };
}

function checkResult(
  { contestant }: Running,
  { numbers, leastBytes }: RequestPattern,
  { answers, bytes, faults }: LoadResult,
  counts: CallCounts,
): void {
  if (faults.length > 0) throw new Error(faults.join('; '));
  if (bytes / answers < leastBytes) throw new Error(`answers of ${Math.round(bytes / answers)} bytes`);
  const { forwardsAll } = contestant;
  if (forwardsAll && counts.reads < answers) {
    throw new Error(`${answers} answers, of which only ${counts.reads} were forwarded`);
  }
  // Whoever may remember an answer must not be asked for it again.
  if (forwardsAll === undefined && numbers === undefined && counts.different < answers) {
    throw new Error(`${answers} answers to only ${counts.different} different requests`);
  }
}
