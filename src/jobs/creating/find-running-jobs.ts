import type { Claims } from '../../claims/claims.ts';
import { JobNotFound } from '../../platform/errors.ts';
import type { CachedJob, JobState } from '../cache/cached.ts';
import type { JobCache } from '../cache/job-cache.ts';
import type { ReadJob } from '../cache/read-job.ts';
import type { JobsContext } from '../context.ts';
import { definitionOfJob } from '../definition/definition-of.ts';
import { fingerprintOf } from '../definition/fingerprint-of.ts';
import type { Job } from '../job.ts';

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
 * @throws ClaimsUnavailable, PlatformFault, TokenFault
 */
export type FindRunningJobs = (
  filter: RunningFilter,
  most: number,
  context: JobsContext,
) => Promise<readonly CachedJob[]>;

export interface RunningJobsParts {
  readonly claims: Claims;
  readonly jobCache: JobCache;
  readonly readJob: ReadJob;
}

/** An export takes minutes, so the newest ones are those that may run. */
const mostClaims = 500;
/** How many of them are read at a time. */
const atOnce = 10;

export function createFindRunningJobs({ claims, jobCache, readJob }: RunningJobsParts): FindRunningJobs {
  /** A definition does not change, and to compute it costs more than all the rest. */
  const fingerprints = new WeakMap<JobState, string>();

  function fingerprintOfJob(state: JobState): string {
    const known = fingerprints.get(state);
    if (known !== undefined) return known;
    const job: Job = JSON.parse(state.representation.json);
    const definition = definitionOfJob(job);
    const fingerprint = definition === undefined ? '' : fingerprintOf(definition);
    fingerprints.set(state, fingerprint);
    return fingerprint;
  }

  /** Each with whether it was created here. */
  async function idsOf({ fingerprint, caller }: RunningFilter, most: number, context: JobsContext) {
    const { sandbox } = context;
    const created = await claims.find(
      {
        sandbox,
        notEnded: true,
        ...(fingerprint !== undefined && { fingerprint }),
        ...(caller !== undefined && { caller }),
      },
      Math.max(mostClaims, most),
    );
    const ids = new Map<string, boolean>();
    for (const { jobId } of created) if (jobId !== undefined) ids.set(jobId, true);
    if (caller !== undefined) return ids;
    for (const { state } of jobCache.notDone(context)) {
      const isWanted = fingerprint === undefined || fingerprintOfJob(state) === fingerprint;
      if (isWanted && !ids.has(state.id)) ids.set(state.id, false);
    }
    return ids;
  }

  /** Nothing for a job that has ended, or that Platform does not have any more. */
  async function readRunning(
    id: string,
    isOwn: boolean,
    context: JobsContext,
  ): Promise<CachedJob | undefined> {
    try {
      const { cached } = await readJob(id, context);
      if (!cached.state.done) return cached;
    } catch (error) {
      if (!(error instanceof JobNotFound)) throw error;
    }
    // So that it is not read again the next time.
    if (isOwn) await claims.recordEnd(context.sandbox, id);
    return undefined;
  }

  return async (filter, most, context) => {
    const ids = [...(await idsOf(filter, most, context))];
    const running: CachedJob[] = [];
    while (ids.length > 0 && running.length < most) {
      const some = ids.splice(0, atOnce);
      const read = await Promise.all(some.map(([id, isOwn]) => readRunning(id, isOwn, context)));
      running.push(...read.filter((job) => job !== undefined));
    }
    return running.slice(0, most);
  };
}
