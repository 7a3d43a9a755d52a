import type { ClaimRecord } from '../../claims/claims.ts';
import type { Definition } from '../definition/definition.ts';
import { definitionOfJob } from '../definition/definition-of.ts';
import { fingerprintOf } from '../definition/fingerprint-of.ts';
import { isFilledIn } from '../definition/is-filled-in.ts';
import { isOlder, type NewestJobs } from './read-newest.ts';

/** What has to be known of a create to find its job. */
export interface SentCreate {
  readonly definition: Definition;
  readonly claimId: string;
  /** By our wall clock. */
  readonly sentAtMs: number;
}

export interface Possible {
  readonly jobs: NewestJobs['jobs'];
  /** Jobs of which it cannot be told whether they are what was created, or when, or whose they are. */
  readonly doubtful: readonly string[];
}

/**
 * The jobs that a create can have started: of its definition, not older than it, and of no other claim. Pure.
 *
 * @param claims what else was sent from here at that time
 */
export function findPossible(
  create: SentCreate,
  { jobs: newest, difference }: NewestJobs,
  claims: readonly ClaimRecord[],
): Possible {
  const fingerprint = fingerprintOf(create.definition);
  const others = claims.filter(({ id }) => id !== create.claimId);
  const owned = new Set(others.map(({ jobId }) => jobId));
  const equal: NewestJobs['jobs'][number][] = [];
  const filledIn: typeof equal = [];
  const doubtful: string[] = [];

  for (const one of newest) {
    const { job } = one;
    if (owned.has(job.id) || isOlder(job, create.sentAtMs + difference.leastMs)) continue;
    const definition = definitionOfJob(job);
    const isEqual = definition && fingerprintOf(definition) === fingerprint;
    if (definition && !isEqual && !isFilledIn(create.definition, definition)) continue;
    if (definition === undefined || job.createdAt === undefined) doubtful.push(job.id);
    else (isEqual ? equal : filledIn).push(one);
  }

  const possible = equal.length > 0 ? equal : filledIn;
  const rivals = others.filter((claim) => isRival(claim, fingerprint, possible === filledIn));
  const contested = possible.filter(({ job }) =>
    rivals.some(({ sentAtMs = 0 }) => !isOlder(job, sentAtMs + difference.leastMs)),
  );
  return { jobs: possible, doubtful: [...doubtful, ...contested.map(({ job }) => job.id)] };
}

/**
 * Whether another claim may own a job that no claim is known to own: an equal one whose outcome is not known; and where
 * Platform has filled something in, any that is under way, because it may have asked for just that.
 */
function isRival(claim: ClaimRecord, fingerprint: string, isFilling: boolean): boolean {
  if (claim.sentAtMs === undefined || claim.jobId !== undefined || claim.isSettled) return false;
  return claim.fingerprint === fingerprint || (isFilling && claim.isHeld);
}
