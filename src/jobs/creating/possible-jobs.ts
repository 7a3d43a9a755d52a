import type { ClaimRecord } from '../../claims/claims.ts';
import type { Definition } from '../definition/definition.ts';
import { definitionOfJob } from '../definition/definition-of.ts';
import { fingerprintOf } from '../definition/fingerprint-of.ts';
import { isFilledIn } from '../definition/is-filled-in.ts';
import type { Job } from '../job.ts';
import type { NewestJobs } from './read-newest.ts';

/** What has to be known of a create to find its job. Times are of our wall clock. */
export interface SentCreate {
  readonly definition: Definition;
  readonly claimId: string;
  readonly sentAtMs: number;
  /** When it was last carried out at the latest; nothing where that is not known. */
  readonly carriedOutUntilMs: number | undefined;
}

export interface PossibleJob {
  readonly job: Job;
  readonly asOfMs: number;
  /** By how much Platform's clock would have to be ahead of ours for it to be older than the create; see `isSurelyLater`. */
  readonly aheadMs: number;
  readonly isSurelyLater: boolean;
}

export interface Possible {
  readonly jobs: readonly PossibleJob[];
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
  const countsSeconds = newest.every(({ job }) => job.createdAt?.endsWith('.000Z') ?? true);
  const equal: PossibleJob[] = [];
  const filledIn: PossibleJob[] = [];
  const doubtful: string[] = [];

  for (const { job, asOfMs } of newest) {
    if (owned.has(job.id)) continue;
    const createdAtMs = job.createdAt === undefined ? undefined : Date.parse(job.createdAt);
    const definition = definitionOfJob(job);
    const isEqual = definition && fingerprintOf(definition) === fingerprint;
    if (definition && !isEqual && !isFilledIn(create.definition, definition)) continue;
    if (createdAtMs !== undefined) {
      const aheadMs = createdAtMs - create.sentAtMs;
      if (isTooLate(createdAtMs, create, difference.mostMs)) continue;
      if (aheadMs < difference.leastMs) {
        // Cut off to its second, it may be as new as the create.
        if (countsSeconds && aheadMs + 999 >= difference.leastMs) doubtful.push(job.id);
        continue;
      }
      if (definition) {
        const isSurelyLater = aheadMs >= difference.mostMs;
        (isEqual ? equal : filledIn).push({ job, asOfMs, aheadMs, isSurelyLater });
        continue;
      }
    }
    doubtful.push(job.id);
  }

  const possible = equal.length > 0 ? equal : filledIn;
  const rivals = others.filter((claim) => isRival(claim, fingerprint, possible === filledIn));
  const isContested = ({ aheadMs }: PossibleJob) =>
    rivals.some(({ sentAtMs = 0 }) => sentAtMs - create.sentAtMs <= aheadMs - difference.leastMs);
  const contested = possible.filter(isContested);
  return { jobs: possible, doubtful: [...doubtful, ...contested.map(({ job }) => job.id)] };
}

function isTooLate(createdAtMs: number, { carriedOutUntilMs }: SentCreate, mostMs: number): boolean {
  return carriedOutUntilMs !== undefined && createdAtMs > carriedOutUntilMs + mostMs;
}

/**
 * Whether another claim may own a job that no claim is known to own: an equal one whose outcome is not known; and where
 * Platform has filled something in, any that is under way, because it may have asked for just that.
 */
function isRival(claim: ClaimRecord, fingerprint: string, isFilling: boolean): boolean {
  if (claim.sentAtMs === undefined || claim.jobId !== undefined || claim.isSettled) return false;
  return claim.fingerprint === fingerprint || (isFilling && claim.isHeld);
}
