import type { CachedJob } from '../cache/cached.ts';
import type { JobsContext } from '../context.ts';

export interface RunningFilter {
  /** Of jobs with this definition only. */
  readonly fingerprint?: string;
  /** Of jobs only that this caller has created here (`Requester.callerId`); of any that are known unless given. */
  readonly caller?: string;
}

/**
 * The jobs of a sandbox that are not done, as far as this service knows: those it has created, and those that reads and
 * lists have shown. Each is read before it is named, so none has ended unnoticed.
 *
 * @param most how many are wanted; it stops to look when it has so many
 */
export type FindRunningJobs = (
  filter: RunningFilter,
  most: number,
  context: JobsContext,
) => Promise<readonly CachedJob[]>;
