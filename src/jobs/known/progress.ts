import type { Job } from '../job.ts';
import type { RunTime } from './run-times.ts';

export type Progress = NonNullable<Job['progress']>;

/** When the export began, in epoch milliseconds, as far as Platform says. */
export function startedAtMs({ metrics, createdAt }: Job): number | undefined {
  const atMs = Date.parse(metrics?.total?.startedAt ?? createdAt ?? '');
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** RFC 3339 writes years with four digits. */
const latestEpochMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * What can be said of a job that is not done, as of `nowMs`: nothing that is not known, and no estimate that
 * has already passed. Whoever keeps it keeps it for as long as the job's status stays: a representation that
 * changed by the mere passing of time would have a new `ETag` each time.
 */
export function settleProgress(job: Job, runTime: RunTime | undefined, nowMs: number): Progress | undefined {
  const beganAtMs = startedAtMs(job);
  if (beganAtMs === undefined) return undefined;
  const startedAt = new Date(beganAtMs).toISOString();
  if (runTime === undefined) return { startedAt };
  const { typicalMs } = runTime;
  const doneAtMs = beganAtMs + typicalMs;
  if (doneAtMs <= nowMs || doneAtMs > latestEpochMs) return { startedAt, typicalMs };
  return { startedAt, typicalMs, estimatedDoneAt: new Date(doneAtMs).toISOString() };
}
