import { coldExchanges, coldRatio, judge } from '../bars.ts';
import type { Bench } from '../bench.ts';
import { type Contestant, expressGot, hello, service } from '../contestants.ts';
import type { Row } from '../row.ts';
import { median, medianRatio } from '../statistics.ts';
import { toText } from './start-all.ts';

const workload = 'cold';

/** What IMS takes, so that all of a burst are there before the first of them has a token. */
const tokenDelayMs = 100;

/** From the start of a process to its first answer, and a thousand callers before there is a token. */
export async function runCold(bench: Bench): Promise<Row[]> {
  bench.say(workload);
  return [
    ...(await measureStarts(bench).catch((error: unknown) => [
      { workload, contestant: 'first answer', figures: [], failure: toText(error) },
    ])),
    ...(await measureBursts(bench, service)),
    ...(await measureBursts(bench, expressGot)),
  ];
}

async function measureStarts(bench: Bench): Promise<Row[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < bench.plan.starts; turn += 1) {
    for (const [contestant, times] of [[service, ours] as const, [hello, theirs] as const]) {
      const running = await bench.start(contestant);
      await running.stop();
      times.push(running.startMs);
    }
  }
  const ratio = medianRatio(ours, theirs);
  const figures = (times: readonly number[]) => [
    { value: Math.round(median(times)), unit: 'ms to the first answer' },
  ];
  return [
    { workload, contestant: service.name, figures: figures(ours) },
    { workload, contestant: hello.name, figures: figures(theirs), ratio, judged: judge(ratio, coldRatio) },
  ];
}

async function measureBursts(bench: Bench, contestant: Contestant): Promise<Row[]> {
  const row = { workload, contestant: contestant.name };
  try {
    const bursts: { exchanges: number; seconds: number }[] = [];
    for (let turn = 0; turn < bench.plan.bursts; turn += 1) bursts.push(await burst(bench, contestant));
    const exchanges = Math.max(...bursts.map((one) => one.exchanges));
    const ms = Math.round(median(bursts.map(({ seconds }) => seconds)) * 1000);
    const figures = [
      { value: exchanges, unit: exchanges === 1 ? 'exchange' : 'exchanges' },
      { value: ms, unit: `ms for ${bench.plan.burstSize} at once` },
    ];
    return [{ ...row, figures, ...(contestant === service && { judged: judge(exchanges, coldExchanges) }) }];
  } catch (error) {
    return [{ ...row, figures: [], failure: toText(error) }];
  }
}

/** @throws when one of the requests fails */
async function burst(bench: Bench, contestant: Contestant) {
  const { upstream, load, ids, plan } = bench;
  const running = await bench.start(contestant);
  try {
    await upstream.reset({ tokenDelayMs });
    const first = ids.take(plan.burstSize);
    const paths = Array.from({ length: plan.burstSize }, (_, index) => `/jobs/${first + index}`);
    const { faults, seconds } = await load.run({ kind: 'burst', url: running.url, paths });
    if (faults.length > 0) throw new Error([...faults, running.complaint()].filter(Boolean).join('; '));
    return { seconds, exchanges: (await upstream.counts()).exchanges };
  } finally {
    await running.stop();
  }
}
