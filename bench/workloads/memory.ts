import { setTimeout as pause } from 'node:timers/promises';
import { idleRatio, judge, streamsMegabytes } from '../bars.ts';
import type { Bench, Running } from '../bench.ts';
import { type Contestant, hello, service, serviceWithRoom } from '../contestants.ts';
import { runningIds } from '../job-ids.ts';
import type { Row } from '../row.ts';
import { median } from '../statistics.ts';
import { idsContestant, measureIds } from './distinct-ids.ts';
import { measureRound } from './measure-round.ts';
import { patterns } from './request-patterns.ts';
import { startAll, stopAll, toText } from './start-all.ts';

const workload = 'memory';

/** What a process has open beside its streams. */
const otherFiles = 500;

/** The resident size of a process: idle, under *known*, with thousands of event streams, after a million ids. */
export async function runMemory(bench: Bench): Promise<Row[]> {
  bench.say(workload);
  const rows: Row[] = [];
  const attempt = async (contestant: string, measure: () => Promise<Row[]>) => {
    const failed = (error: unknown) => [{ workload, contestant, figures: [], failure: toText(error) }];
    rows.push(...(await measure().catch(failed)));
  };
  await attempt('idle', () => measureIdle(bench));
  for (const contestant of [service, hello]) {
    await attempt(contestant.name, () => measureLoaded(bench, contestant));
  }
  const streams = Math.min(bench.plan.streams, bench.machine.openFiles - otherFiles);
  if (streams < bench.plan.streams) {
    bench.say(`${streams} streams instead of ${bench.plan.streams}: see ulimit -Hn`);
  }
  for (const contestant of [serviceWithRoom(streams), hello]) {
    await attempt(`${contestant.name}, ${streams} streams`, () => measureStreams(bench, contestant, streams));
  }
  await attempt(idsContestant(bench.plan), () => measureIds(bench));
  return rows;
}

async function measureIdle(bench: Bench): Promise<Row[]> {
  const { idlers, settleMs } = bench.plan;
  const { running, failures } = await startAll(
    bench,
    Array.from({ length: idlers }, () => [service, hello]).flat(),
  );
  try {
    if (failures[0]) throw new Error(failures[0].failure);
    await pause(settleMs);
    const sizes = (contestant: Contestant) =>
      running.filter((one) => one.contestant === contestant).map(sizeOf);
    const [ours, theirs] = [median(sizes(service)), median(sizes(hello))];
    const figures = (size: number) => [{ value: size, unit: 'MB idle' }];
    const ratio = ours / theirs;
    return [
      { workload, contestant: service.name, figures: figures(ours) },
      { workload, contestant: hello.name, figures: figures(theirs), ratio, judged: judge(ratio, idleRatio) },
    ];
  } finally {
    await stopAll(running);
  }
}

async function measureLoaded(bench: Bench, contestant: Contestant): Promise<Row[]> {
  const running = await bench.start(contestant);
  try {
    const seconds = bench.plan.rounds * bench.plan.roundSeconds;
    await measureRound(bench, running, { pattern: patterns.known, seconds, expectedPerSecond: 0 });
    const figures = [{ value: sizeOf(running), unit: 'MB under known' }];
    return [{ workload, contestant: contestant.name, figures }];
  } finally {
    await running.stop();
  }
}

async function measureStreams(bench: Bench, contestant: Contestant, streams: number): Promise<Row[]> {
  const { load, upstream, plan } = bench;
  const running = await bench.start(contestant);
  try {
    await upstream.reset();
    await pause(plan.settleMs);
    const idle = sizeOf(running);
    const paths = runningIds(plan.polledJobs).map((id) => `/jobs/${id}/events`);
    const opened = await load.run({ kind: 'open-streams', url: running.url, paths, streams });
    await pause(plan.settleMs);
    const open = sizeOf(running);
    const { answers: stillOpen } = await load.run({ kind: 'close-streams' });
    const fault = opened.faults[0] ?? (stillOpen === streams ? '' : `only ${stillOpen} were open in the end`);
    if (fault !== '') throw new Error([fault, running.complaint()].filter(Boolean).join('; '));
    const more = open - idle;
    const figures = [
      { value: Math.round(more), unit: `MB more with ${streams} streams` },
      { value: opened.seconds, unit: 's to open them' },
    ];
    const judged = contestant !== hello && { judged: judge(more, streamsMegabytes, ' MB') };
    return [{ workload, contestant: contestant.name, figures, ...judged }];
  } finally {
    await running.stop();
  }
}

function sizeOf(running: Running): number {
  const size = running.residentMegabytes();
  if (size === undefined) throw new Error('its size cannot be read here: there is neither /proc nor ps');
  return size;
}
