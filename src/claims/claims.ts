/** What is claimed before a create is sent. Times are of the wall clock: they outlive the process. */
export interface ClaimRequest {
  /** Names what is claimed: a hash of caller, sandbox and `Idempotency-Key`, or a random name for a create without a key. */
  readonly id: string;
  readonly sandbox: string;
  /** Who claims it, as `Requester.callerId`. */
  readonly caller: string;
  /** Of the definition: the same id for another definition is refused. */
  readonly fingerprint: string;
  /** JSON for whoever takes the claim over when its holder has died; emptied once its outcome is kept. Holds no secret. */
  readonly memo: string;
  /** For so long the claim is its holder's, without a renewal. */
  readonly leaseMs: number;
  /** For so long its outcome is kept. */
  readonly keptForMs: number;
  /** Given where the create is sent at once: from then on it may have been carried out. */
  readonly sentAtMs?: number;
}

/** A claim, and the proof of who holds it. */
export interface HeldClaim {
  readonly id: string;
  /** Random, anew for each holder: whoever has lost a claim cannot renew, settle or release it. */
  readonly nonce: string;
}

export type ClaimResult =
  /** Nobody had it, or whoever had it is gone and had sent nothing. */
  | { readonly kind: 'won'; readonly held: HeldClaim }
  /** Its earlier holder is gone or has given up, and had sent a create whose outcome is not known. */
  | { readonly kind: 'taken-over'; readonly held: HeldClaim; readonly sentAtMs: number }
  /** Somebody else holds it. */
  | { readonly kind: 'held' }
  /** It has an outcome that cannot change any more. */
  | { readonly kind: 'settled'; readonly outcome: string }
  /** It is for another definition. */
  | { readonly kind: 'other-fingerprint' };

/** What came of a create. */
export interface Settlement {
  /** JSON for whoever claims the same id again. */
  readonly outcome: string;
  /** The job that this create has started: no other claim of the sandbox may own it. Nothing where it started none. */
  readonly jobId?: string;
}

/** What the store knows of one create. */
export interface ClaimRecord {
  readonly id: string;
  readonly sandbox: string;
  readonly caller: string;
  readonly fingerprint: string;
  /** Empty once it is settled. */
  readonly memo: string;
  /** When it was last sent; nothing where nothing was sent so far. */
  readonly sentAtMs: number | undefined;
  /** The job that it has started, once that is known. */
  readonly jobId: string | undefined;
  /** Whether somebody holds it at this moment, and is working on it. */
  readonly isHeld: boolean;
  /** Whether its outcome is known. */
  readonly isSettled: boolean;
}

export interface ClaimFilter {
  readonly sandbox: string;
  readonly caller?: string;
  readonly fingerprint?: string;
  /** Only those that were sent then or later. */
  readonly sentSinceMs?: number;
  /** Only those whose job is not known to have ended. */
  readonly notEnded?: boolean;
}

/**
 * The promises about creates, kept past the end of the process. Each verb is one atomic step, and outlives the process when
 * it is answered; that a create is sent outlives the machine's power, too. Unlike a cache this fails closed: what cannot be promised throws.
 *
 * Each of them throws ClaimsUnavailable.
 */
export interface Claims {
  claim(request: ClaimRequest): Promise<ClaimResult>;
  /**
   * Begins a new lease, and with `sentAtMs` says that the create is sent next. The last `sentAtMs` counts: a create is sent
   * again only once it is known that the one before was not carried out.
   *
   * @returns false where the claim is not the holder's any more
   */
  renew(held: HeldClaim, change: { readonly leaseMs: number; readonly sentAtMs?: number }): Promise<boolean>;
  /**
   * Keeps the outcome.
   *
   * @returns `job-taken` where another claim owns the job (then nothing is changed), `lost` where the claim is not the
   *   holder's any more
   */
  settle(held: HeldClaim, settlement: Settlement): Promise<'settled' | 'job-taken' | 'lost'>;
  /** Frees the id: nothing was carried out. Does nothing for whoever does not hold it any more. */
  release(held: HeldClaim): Promise<void>;
  /**
   * Gives the claim up and keeps what it knows: the outcome is not known, and who asks again takes it over, for
   * `keptForMs`; then it is forgotten.
   */
  suspend(held: HeldClaim): Promise<void>;
  /** Creates that were sent or settled, the newest first. */
  find(filter: ClaimFilter, most: number): Promise<readonly ClaimRecord[]>;
  /**
   * Takes over what was sent and whose holder has died: its lease is over, and it was neither settled nor suspended.
   * Whoever calls this finds out what came of each.
   *
   * @param except the ids of those that the caller itself works on
   */
  takeAbandoned(
    leaseMs: number,
    except?: ReadonlySet<string>,
  ): Promise<readonly { readonly held: HeldClaim; readonly record: ClaimRecord }[]>;
  /** Notes that a job has ended, so that `notEnded` leaves it out. */
  recordEnd(sandbox: string, jobId: string): Promise<void>;
  close(): void;
}
