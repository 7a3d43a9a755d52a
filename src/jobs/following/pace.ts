import type { RunTime } from '../known/run-times.ts';

export interface PaceOptions {
  readonly quickestMs: number;
  readonly slowestMs: number;
}

/** So long after its start a job that fails at once has failed, and people still look at their screens. */
const firstMs = 10_000;

/**
 * How long to wait between two looks at a job that has run for `ranMs`: quick at first, slower in the middle,
 * quick again when exports of its sandbox use to end, and slower the longer it is overdue. Pure.
 */
export function paceMs(
  ranMs: number,
  runTime: RunTime | undefined,
  { quickestMs, slowestMs }: PaceOptions,
): number {
  const within = (ms: number) => Math.round(Math.min(slowestMs, Math.max(quickestMs, ms)));
  if (ranMs < firstMs) return quickestMs;
  // A tenth of its age finds the end of any job within a tenth of what it took.
  if (runTime === undefined) return within(ranMs / 10);
  const { earlyMs, typicalMs } = runTime;
  if (ranMs < earlyMs) return within((earlyMs - ranMs) / 3);
  return within((ranMs - typicalMs) / 10);
}
