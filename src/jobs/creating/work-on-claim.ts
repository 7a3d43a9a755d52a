import type { Claims, HeldClaim } from '../../claims/claims.ts';
import { ClaimsUnavailable } from '../../claims/errors.ts';
import type { Clock } from '../../observability/clock.ts';
import type { Log } from '../../observability/log.ts';
import { type CreateOutcome, writeOutcome } from './create-outcome.ts';

/** A claim while its holder works on it: renewed until one of the last three verbs ends it. After that they do nothing. */
export interface WorkingClaim {
  /** Says that the create is sent next. @throws ClaimsUnavailable where that cannot be kept */
  recordSending(sentAtMs: number): Promise<void>;
  /**
   * Keeps the outcome. Where the store fails, the claim stays as it is, and is taken over after its lease.
   *
   * @param source whether Platform has named the job in its answer, or the job was looked for: then it must be nobody else's
   * @returns false where it is another create's, and nothing has ended
   */
  settle(outcome: CreateOutcome, source: 'answered' | 'found'): Promise<boolean>;
  release(): Promise<void>;
  suspend(): Promise<void>;
}

export interface WorkOnClaimOptions {
  /** The ids of the claims that this process works on: it does not take them from itself, whatever the time. */
  readonly held: Set<string>;
  readonly claims: Claims;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Three renewals fit into a lease, so that one that fails loses nothing. */
const renewalsInLease = 3;

export function workOnClaim(
  claim: HeldClaim,
  { held, claims, leaseMs, clock, log }: WorkOnClaimOptions,
): WorkingClaim {
  let isOver = false;
  let cancel = renewLater();
  held.add(claim.id);

  function renewLater() {
    return clock.after(leaseMs / renewalsInLease, renew, { keepsProcessAlive: false });
  }

  async function renew(): Promise<void> {
    // The store says in the log what is wrong with it.
    const isOurs = await claims.renew(claim, { leaseMs }).catch(() => true);
    if (isOurs && !isOver) cancel = renewLater();
  }

  /** What follows a create cannot be undone by a store that fails: the answer goes out all the same. */
  async function end(what: string, write: () => Promise<boolean>): Promise<boolean> {
    if (isOver) return true;
    try {
      if (!(await write())) return false;
    } catch (error) {
      if (!(error instanceof ClaimsUnavailable)) throw error;
      log.error({ what, error: error.message }, 'What came of a create cannot be kept');
    }
    isOver = true;
    cancel();
    held.delete(claim.id);
    return true;
  }

  return {
    async recordSending(sentAtMs) {
      if (await claims.renew(claim, { leaseMs, sentAtMs })) return;
      throw new ClaimsUnavailable('This create was taken over by another request.', {
        internal:
          'A create has lost its claim before it was sent: its process stood still for longer than its lease',
      });
    },
    settle({ kind, jobId, json }, source) {
      const outcome = writeOutcome({ kind, jobId, json });
      return end('settle', async () => {
        const settled = await claims.settle(claim, kind === 'created' ? { outcome, jobId } : { outcome });
        if (settled !== 'job-taken' || source === 'found') return settled !== 'job-taken';
        log.error({ jobId }, 'A job that Platform names as new is that of another create here');
        await claims.settle(claim, { outcome });
        return true;
      });
    },
    async release() {
      await end('release', () => claims.release(claim).then(() => true));
    },
    async suspend() {
      await end('suspend', () => claims.suspend(claim).then(() => true));
    },
  };
}
