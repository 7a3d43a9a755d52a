import type { CachedJob } from '../cache/cached.ts';
import type { RunTime } from '../cache/run-times.ts';

export interface ReadIntervalOptions {
  readonly quickestMs: number;
  readonly slowestMs: number;
}

/** At first the interval is short: a job that fails at once fails in this time, and people still watch their screens. */
const firstMs = 10_000;

/**
 * How long to wait until the next read of a job that has run for `ranMs`: short at first, longer in the middle, short
 * again when exports of its sandbox usually finish, and longer the more it is overdue. Pure.
 */
export function readIntervalMs(
  ranMs: number,
  runTime: RunTime | undefined,
  { quickestMs, slowestMs }: ReadIntervalOptions,
): number {
  const within = (ms: number) => Math.round(Math.min(slowestMs, Math.max(quickestMs, ms)));
  if (ranMs < firstMs) return quickestMs;
  // Waiting a tenth of a job's age finds its end within a tenth of what it took.
  if (runTime === undefined) return within(ranMs / 10);
  const { earlyMs, typicalMs } = runTime;
  if (ranMs < earlyMs) return within((earlyMs - ranMs) / 3);
  return within((ranMs - typicalMs) / 10);
}

/** The interval that follows this read of a job. */
export function intervalAfter(
  { asOfMs, state }: CachedJob,
  runTime: RunTime | undefined,
  options: ReadIntervalOptions,
): number {
  return readIntervalMs(asOfMs - (state.start?.atMs ?? asOfMs), runTime, options);
}
