import type { HeldClaim } from '../../claims/claims.ts';
import { ClaimsUnavailable } from '../../claims/errors.ts';
import type { OwnSendings } from './own-sendings.ts';
import { type Sending, sendingNow } from './sending.ts';
import { type WorkingClaim, type WorkOnClaimOptions, workOnClaim } from './work-on-claim.ts';

export interface CreateClaimOptions extends WorkOnClaimOptions {
  readonly ownSendings: OwnSendings;
}

/** The claim of one create, from its beginning to its outcome. */
export interface CreateClaim extends Pick<WorkingClaim, 'settle'> {
  readonly id: string;
  /** Whether the same create may be sent again, with the same key: then nothing of it is forgotten. */
  readonly isKeyed: boolean;
  /** When a create was last sent of which it is not known whether it was carried out. */
  readonly unresolved: Sending | undefined;
  /** Keeps that the create is sent next. */
  beforeCreate(): Promise<void>;
  /** Says that what was sent was certainly not carried out. */
  notCarriedOut(): void;
  /** Ends it without an outcome: frees it, or keeps what is known where a create may have been carried out. */
  giveUp(): Promise<void>;
}

/**
 * The claim of a create with a key: held before anything is sent, so nothing is sent that it does not know of.
 *
 * @param earlier when an earlier holder has sent the create, and its outcome is not known
 */
export function createKeyedClaim(
  held: HeldClaim,
  earlier: Sending | undefined,
  options: CreateClaimOptions,
): CreateClaim {
  const working = workOnClaim(held, options);
  let unresolved = earlier;
  return {
    id: held.id,
    isKeyed: true,
    get unresolved() {
      return unresolved;
    },
    async beforeCreate() {
      unresolved = sendingNow(options.clock);
      await working.recordSending(unresolved.sentAtMs);
    },
    notCarriedOut() {
      unresolved = undefined;
    },
    settle: working.settle,
    async giveUp() {
      if (unresolved === undefined) return working.release();
      options.ownSendings.add(held.id, unresolved);
      await working.suspend();
    },
  };
}

/**
 * The claim of a create without a key. Nothing is promised to its caller, so a store that fails does not stop it; it
 * is made when the create is sent, so that another process can find out what came of it if this one dies.
 */
export function createUnkeyedClaim(
  id: string,
  claimNow: (sentAtMs: number) => Promise<HeldClaim>,
  options: CreateClaimOptions,
): CreateClaim {
  let working: WorkingClaim | undefined;
  let unresolved: Sending | undefined;

  async function record(sentAtMs: number): Promise<void> {
    if (working === undefined) working = workOnClaim(await claimNow(sentAtMs), options);
    else await working.recordSending(sentAtMs);
  }

  return {
    id,
    isKeyed: false,
    get unresolved() {
      return unresolved;
    },
    async beforeCreate() {
      unresolved = sendingNow(options.clock);
      try {
        await record(unresolved.sentAtMs);
      } catch (error) {
        if (!(error instanceof ClaimsUnavailable)) throw error;
        options.log.error({ error: error.message }, 'A create without a key is sent, and cannot be kept');
      }
    },
    notCarriedOut() {
      unresolved = undefined;
    },
    // Without a claim there is nothing that another create could have taken.
    settle: async (outcome, source) => (await working?.settle(outcome, source)) ?? true,
    async giveUp() {
      if (unresolved === undefined) return working?.release();
      options.ownSendings.add(id, unresolved);
      await working?.suspend();
    },
  };
}
