import { callsPerJobAndSecond, judge } from '../bars.ts';
import type { Bench, Running } from '../bench.ts';
import { nginx, service } from '../contestants.ts';
import { runningIds } from '../job-ids.ts';
import type { LoadResult } from '../load/job.ts';
import type { Row } from '../row.ts';
import type { CallCounts } from '../upstream/call-book.ts';
import { startAll, stopAll, toText } from './start-all.ts';

const workload = 'polling';

interface Polled {
  readonly running: Running;
  readonly result: LoadResult;
  readonly counts: CallCounts;
}

/** A thousand callers who ask for twenty running jobs every second. */
export async function runPolling(bench: Bench): Promise<Row[]> {
  bench.say(workload);
  const { running, failures } = await startAll(bench, [service, ...nginx(bench.machine, bench.folder)]);
  const rows: Row[] = failures.map((failure) => ({ workload, figures: [], ...failure }));
  try {
    for (const delayMs of bench.plan.upstreamDelaysMs) {
      const polled: Polled[] = [];
      for (const one of running) {
        const name = `${one.contestant.name}, upstream taking ${delayMs} ms`;
        try {
          const outcome = await poll(bench, one, delayMs);
          polled.push({ running: one, ...outcome });
        } catch (error) {
          const failure = [toText(error), one.complaint()].filter(Boolean).join('; ');
          rows.push({ workload, contestant: name, figures: [], failure });
        }
      }
      rows.push(...toRows(polled, delayMs));
    }
    return rows;
  } finally {
    await stopAll(running);
  }
}

/** @throws when anything did not work */
async function poll({ plan, upstream, load }: Bench, running: Running, delayMs: number) {
  const { callers, polledJobs, pollSeconds } = plan;
  await upstream.reset({ delayMs });
  const paths = runningIds(polledJobs).map((id) => `/jobs/${id}`);
  const result = await load.run({ kind: 'poll', url: running.url, paths, callers, seconds: pollSeconds });
  const counts = await upstream.counts();
  if (result.faults.length > 0) throw new Error(result.faults.join('; '));
  if (result.answers !== callers * pollSeconds) {
    throw new Error(`${result.answers} answers to ${callers * pollSeconds} requests`);
  }
  return { result, counts };
}

function toRows(polled: readonly Polled[], delayMs: number): Row[] {
  const theirs = polled.find(({ running }) => running.contestant !== service);
  return polled.flatMap(({ running, result, counts }) => {
    const isOurs = running.contestant === service;
    const contestant = `${running.contestant.name}, upstream taking ${delayMs} ms`;
    // A service that is a part of a millisecond early is not worth a word.
    const calls = {
      value: Math.round(counts.mostPerSecond * 100) / 100,
      unit: 'upstream calls a job and second',
    };
    const p99 = { value: result.p99Ms, unit: 'ms p99' };
    const answers = { value: Math.round(result.answers / result.seconds), unit: 'req/s' };
    const figures = [answers, { value: result.p50Ms, unit: 'ms p50' }, p99];
    if (!isOurs) return [{ workload, contestant, figures: [...figures, calls] }];
    return [
      { workload, contestant, figures: [calls], judged: judge(calls.value, callsPerJobAndSecond) },
      {
        workload,
        contestant,
        figures,
        ...(theirs && { judged: judge(p99.value, { most: theirs.result.p99Ms }, ' ms p99') }),
      },
    ];
  });
}
