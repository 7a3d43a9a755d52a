import { createRatio, judge } from '../bars.ts';
import type { Running } from '../bench.ts';
import { keyedCreates, unkeyedCreates } from '../contestants.ts';
import type { Row } from '../row.ts';
import { median, medianRatio } from '../statistics.ts';
import type { CreateRound } from './measure-creates.ts';

/** What one contestant has shown. */
export interface CreateShowing {
  readonly running: Pick<Running, 'contestant'>;
  readonly rounds: readonly CreateRound[];
  /** Empty when everything worked. */
  readonly failure: string;
}

export const workload = 'create';

/** Each ratio is the CPU time of a create with a key, kept on disk, over that of one of the contestant's. Pure. */
export function toCreateRows(showings: readonly CreateShowing[]): Row[] {
  const keyed = showings.find(({ running }) => running.contestant === keyedCreates);
  return showings.map((showing) => {
    const { running, rounds, failure } = showing;
    const { contestant } = running;
    const row = { workload, contestant: contestant.name, figures: toFigures(rounds) };
    if (failure !== '') return { ...row, figures: [], failure };
    if (keyed === undefined || keyed === showing || keyed.failure !== '') return row;
    const ratio = medianRatio(keyed.rounds.map(cpuOf), rounds.map(cpuOf));
    return {
      ...row,
      ...(!Number.isNaN(ratio) && { ratio }),
      ...(contestant === unkeyedCreates && { judged: judge(ratio, createRatio) }),
    };
  });
}

/** Rates do not tell it: they wait for the disk. */
const cpuOf = ({ cpuEach = Number.NaN }: CreateRound) => cpuEach;

function toFigures(rounds: readonly CreateRound[]): Row['figures'] {
  const cpu = median(rounds.map(cpuOf));
  return [
    { value: Math.round(median(rounds.map(({ perSecond }) => perSecond))), unit: 'creates/s' },
    ...(Number.isNaN(cpu) ? [] : [{ value: Math.round(cpu), unit: 'µs CPU each' }]),
    { value: median(rounds.map(({ p99Ms }) => p99Ms)), unit: 'ms p99' },
  ];
}
