import type { HeldClaim } from '../../claims/claims.ts';
import { ClaimsUnavailable } from '../../claims/errors.ts';
import { type WorkingClaim, type WorkOnClaimOptions, workOnClaim } from './held-claim.ts';

/** When a create was sent: by the wall clock, and by our own where this process has sent it. */
export interface Sending {
  readonly sentAtMs: number;
  readonly sentAtNowMs?: number;
}

/** The claim of one create, from its beginning to its outcome. */
export interface CreateClaim {
  readonly id: string;
  /** Whether the same create may be sent again, with the same key: then nothing of it is forgotten. */
  readonly isKeyed: boolean;
  /** When a create was last sent of which it is not known whether it was carried out. */
  readonly unresolved: Sending | undefined;
  /** Keeps that the create is sent next. */
  beforeCreate(): Promise<void>;
  /** Says that what was sent was certainly not carried out. */
  resolve(): void;
  settle: WorkingClaim['settle'];
  /** Ends it without an outcome: frees it, or keeps what is known where a create may have been carried out. */
  giveUp(): Promise<void>;
}

interface KeyedClaim {
  readonly held: HeldClaim;
  /** When an earlier holder has sent the create, and its outcome is not known. */
  readonly sentAtMs: number | undefined;
}

/** The claim of a create with a key: held before anything is sent, so nothing is sent that it does not know of. */
export function createKeyedClaim({ held, sentAtMs }: KeyedClaim, options: WorkOnClaimOptions): CreateClaim {
  const working = workOnClaim(held, options);
  let unresolved: Sending | undefined = sentAtMs === undefined ? undefined : { sentAtMs };
  return {
    id: held.id,
    isKeyed: true,
    get unresolved() {
      return unresolved;
    },
    async beforeCreate() {
      const { clock } = options;
      unresolved = { sentAtMs: clock.wallNow(), sentAtNowMs: clock.now() };
      await working.recordSending();
    },
    resolve() {
      unresolved = undefined;
    },
    settle: working.settle,
    giveUp: () => (unresolved === undefined ? working.release() : working.suspend()),
  };
}

/**
 * The claim of a create without a key. Nothing is promised to its caller, so a store that fails does not stop it; it
 * is made when the create is sent, so that another process can find out what came of it if this one dies.
 */
export function createUnkeyedClaim(
  id: string,
  claimNow: (sentAtMs: number) => Promise<HeldClaim>,
  options: WorkOnClaimOptions,
): CreateClaim {
  let working: WorkingClaim | undefined;
  let unresolved: Sending | undefined;

  async function record(sentAtMs: number): Promise<void> {
    if (working === undefined) working = workOnClaim(await claimNow(sentAtMs), options);
    else await working.recordSending();
  }

  return {
    id,
    isKeyed: false,
    get unresolved() {
      return unresolved;
    },
    async beforeCreate() {
      const { clock } = options;
      unresolved = { sentAtMs: clock.wallNow(), sentAtNowMs: clock.now() };
      try {
        await record(unresolved.sentAtMs);
      } catch (error) {
        if (!(error instanceof ClaimsUnavailable)) throw error;
        options.log.error({ error: error.message }, 'A create without a key is sent, and cannot be kept');
      }
    },
    resolve() {
      unresolved = undefined;
    },
    settle: async (outcome, options) => (await working?.settle(outcome, options)) ?? 'unkept',
    async giveUp() {
      await (unresolved === undefined ? working?.release() : working?.suspend());
    },
  };
}
