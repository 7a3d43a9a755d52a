import type { Job } from '../job.ts';
import type { RunTime } from './run-times.ts';

export type Progress = NonNullable<Job['progress']>;

/** When the export began, in epoch milliseconds; undefined if Platform does not say. */
export function startedAtMs({ metrics, createdAt }: Job): number | undefined {
  const atMs = Date.parse(metrics?.total?.startedAt ?? createdAt ?? '');
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** RFC 3339 writes years with four digits. */
const latestEpochMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * What can be said at `nowMs` about a job that is not done: only what is known, and no estimate that has already
 * passed. The job cache keeps it for as long as the job's status is the same: if it changed merely because time
 * passes, so would the job's tag.
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
