import { judge, ratioBars } from '../bars.ts';
import type { Running } from '../bench.ts';
import { service } from '../contestants.ts';
import type { Row } from '../row.ts';
import { median, medianRatio } from '../statistics.ts';
import type { Round } from './measure-round.ts';
import type { ThroughputWorkload } from './request-patterns.ts';

/** What one contestant has shown in a workload. */
export interface Showing {
  readonly running: Pick<Running, 'contestant'>;
  readonly rounds: readonly Round[];
  /** Empty when everything worked. */
  readonly failure: string;
}

/** Pure. */
export function toRows(workload: ThroughputWorkload, showings: readonly Showing[]): Row[] {
  const ours = showings.find(({ running }) => running.contestant === service);
  return showings.map((showing) => {
    const { name } = showing.running.contestant;
    const row = { workload, contestant: name, figures: toFigures(showing.rounds) };
    if (showing.failure !== '') return { ...row, figures: [], failure: showing.failure };
    if (ours === undefined || ours === showing || ours.failure !== '') return row;
    const ratio = medianRatio(ours.rounds.map(perWholeCore), showing.rounds.map(perWholeCore));
    const bar = ratioBars[workload]?.[name];
    return { ...row, ratio, ...(bar && { judged: judge(ratio, bar) }) };
  });
}

/**
 * What it would have answered had it had work all the time: the load gives out before the fastest of them
 * do, and others use the machine too. Without `/proc` it is what was answered.
 */
function perWholeCore({ perSecond, busy = 1 }: Round): number {
  return perSecond / busy;
}

function toFigures(rounds: readonly Round[]): Row['figures'] {
  const middle = (figure: (round: Round) => number) => median(rounds.map(figure));
  const figures = [{ value: Math.round(middle(({ perSecond }) => perSecond)), unit: 'req/s' }];
  if (rounds.every(({ busy }) => busy !== undefined)) {
    figures.push({ value: Math.round(middle(({ busy = 1 }) => busy * 100)), unit: '% busy' });
    figures.push({ value: Math.round(middle((round) => 1e6 / perWholeCore(round))), unit: 'µs CPU each' });
  }
  return [...figures, { value: middle(({ p99Ms }) => p99Ms), unit: 'ms p99' }];
}
