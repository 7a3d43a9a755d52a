import type { Claims, HeldClaim } from '../../claims/claims.ts';
import { ClaimsUnavailable } from '../../claims/errors.ts';
import type { Clock } from '../../observability/clock.ts';
import type { Log } from '../../observability/log.ts';
import { type CreateOutcome, writeOutcome } from './create-outcome.ts';

/** A claim while its holder works on it: renewed until one of the last three verbs ends it. After `settle` the other two do nothing. */
export interface WorkingClaim {
  /** Says that the create is sent next. @throws ClaimsUnavailable where that cannot be kept */
  recordSending(): Promise<void>;
  /** @returns `unkept` where the store failed: the claim then stays as it is and is taken over after its lease */
  settle(
    outcome: CreateOutcome,
    /** Whether the job is this create's alone: it is what this one has created unless given. */
    options?: { readonly ownsJob?: boolean },
  ): Promise<'settled' | 'job-taken' | 'lost' | 'unkept'>;
  release(): Promise<void>;
  suspend(): Promise<void>;
}

export interface WorkOnClaimOptions {
  readonly claims: Claims;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Three renewals fit into a lease, so that one that fails loses nothing. */
const renewalsInLease = 3;

export function workOnClaim(
  held: HeldClaim,
  { claims, leaseMs, clock, log }: WorkOnClaimOptions,
): WorkingClaim {
  let isOver = false;
  let isKept = false;
  let cancel = renewLater();

  function renewLater() {
    return clock.after(leaseMs / renewalsInLease, renew, { keepsProcessAlive: false });
  }

  async function renew(): Promise<void> {
    // The store says in the log what is wrong with it.
    const isOurs = await claims.renew(held, { leaseMs }).catch(() => true);
    if (isOurs && !isOver) cancel = renewLater();
  }

  /** What follows a create cannot be undone by a store that fails: the answer goes out all the same. */
  async function end<Value>(what: string, write: () => Promise<Value>): Promise<Value | 'unkept'> {
    isOver = true;
    cancel();
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ClaimsUnavailable)) throw error;
      log.error({ what, error: error.message }, 'What came of a create cannot be kept');
      return 'unkept';
    }
  }

  return {
    async recordSending() {
      if (await claims.renew(held, { leaseMs, sentAtMs: clock.wallNow() })) return;
      throw new ClaimsUnavailable('This create was taken over by another request.', {
        internal:
          'A create has lost its claim before it was sent: its process stood still for longer than its lease',
      });
    },
    async settle(outcome, { ownsJob = outcome.kind === 'created' } = {}) {
      const jobId = ownsJob ? outcome.jobId : undefined;
      const settlement = { outcome: writeOutcome(outcome), ...(jobId !== undefined && { jobId }) };
      const result = await end('settle', () => claims.settle(held, settlement));
      // Its outcome is still to be found.
      isKept = result !== 'job-taken';
      if (result === 'job-taken') {
        isOver = false;
        cancel = renewLater();
      }
      return result;
    },
    async release() {
      if (!isKept) await end('release', () => claims.release(held));
    },
    async suspend() {
      if (!isKept) await end('suspend', () => claims.suspend(held));
    },
  };
}
