import { hash, randomUUID } from 'node:crypto';
import type { Claims } from '../../claims/claims.ts';
import type { Clock } from '../../observability/clock.ts';
import type { Log } from '../../observability/log.ts';
import { RequestAbandoned } from '../../platform/errors.ts';
import type { ExportRequest } from '../../platform/export-request.ts';
import type { ChangeContext } from '../context.ts';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from '../errors.ts';
import { type CreateClaim, createKeyedClaim, createUnkeyedClaim } from './create-claim.ts';
import { type CreateOutcome, readOutcome, writeMemo } from './create-outcome.ts';

/** The export that a create is about, and its fingerprint. */
export interface ClaimedExport {
  readonly request: ExportRequest;
  readonly fingerprint: string;
}

export type Claimed =
  | { readonly kind: 'begun'; readonly claim: CreateClaim }
  /** An earlier request with the same key has an outcome. */
  | { readonly kind: 'settled'; readonly outcome: CreateOutcome };

export interface ClaimCreateOptions {
  readonly claims: Claims;
  readonly keptForMs: number;
  readonly leaseMs: number;
  /** How long a request waits for an earlier one with the same key. */
  readonly keyWaitMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes a create the only one of its key.
 *
 * @throws IdempotencyKeyReused, IdempotencyKeyInUse, ClaimsUnavailable; none of them without a key
 */
export type ClaimCreate = (
  key: string | undefined,
  claimed: ClaimedExport,
  context: ChangeContext,
) => Promise<Claimed>;

/** How often to look for the end of a create that is another process's. */
const lookMs = 250;
/** When whoever has waited in vain may ask again: by then most creates have ended. */
const askAgainMs = 2_000;

export function createClaimCreate(options: ClaimCreateOptions): ClaimCreate {
  const { claims, keptForMs, leaseMs, keyWaitMs, clock } = options;
  /** Of the creates with a key that this process works on. */
  const ends = new Map<string, Promise<void>>();

  function toRequest({ request, fingerprint }: ClaimedExport, context: ChangeContext, id: string) {
    const { sandbox, permission, requestId, by } = context;
    const memo = writeMemo({ request, requestId, permission, by });
    return { id, sandbox, caller: by.callerId, fingerprint, memo, leaseMs, keptForMs };
  }

  /** As long as this process works on it, its other requests with the key are told when it ends. */
  function withEnd(claim: CreateClaim): CreateClaim {
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.set(claim.id, promise);
    const ended = () => {
      ends.delete(claim.id);
      resolve();
    };
    return {
      ...claim,
      get unresolved() {
        return claim.unresolved;
      },
      async settle(outcome, options) {
        const result = await claim.settle(outcome, options);
        if (result !== 'job-taken') ended();
        return result;
      },
      giveUp: () => claim.giveUp().finally(ended),
    };
  }

  async function waitForEnd(id: string, untilMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = ends.get(id);
    const leftMs = untilMs - clock.now();
    const cancel = clock.after(end === undefined ? Math.min(lookMs, leftMs) : leftMs, resolve);
    const onGone = () => resolve();
    signal?.addEventListener('abort', onGone, { once: true });
    await Promise.race([promise, ...(end === undefined ? [] : [end])]);
    cancel();
    signal?.removeEventListener('abort', onGone);
    if (signal?.aborted) throw new RequestAbandoned('The caller has gone.');
  }

  async function claimKey(key: string, claimed: ClaimedExport, context: ChangeContext): Promise<Claimed> {
    const { sandbox, by, signal } = context;
    const id = hash('sha256', JSON.stringify([by.callerId, sandbox, key]), 'base64url');
    const untilMs = clock.now() + Math.min(keyWaitMs, context.waitAtMostMs ?? keyWaitMs);
    for (;;) {
      const result = await claims.claim(toRequest(claimed, context, id));
      switch (result.kind) {
        case 'won':
          return {
            kind: 'begun',
            claim: withEnd(createKeyedClaim({ ...result, sentAtMs: undefined }, options)),
          };
        case 'taken-over':
          return { kind: 'begun', claim: withEnd(createKeyedClaim(result, options)) };
        case 'settled':
          return { kind: 'settled', outcome: readOutcome(result.outcome) };
        case 'other-fingerprint':
          throw new IdempotencyKeyReused('This Idempotency-Key was sent with another export before.');
        case 'held':
      }
      if (clock.now() >= untilMs) {
        throw new IdempotencyKeyInUse('An earlier request with this Idempotency-Key is still under way.', {
          retryAfterMs: askAgainMs,
        });
      }
      await waitForEnd(id, untilMs, signal);
    }
  }

  return async (key, claimed, context) => {
    if (key !== undefined) return claimKey(key, claimed, context);
    const id = `create:${randomUUID()}`;
    const claimNow = async (sentAtMs: number) => {
      const result = await claims.claim({ ...toRequest(claimed, context, id), sentAtMs });
      if (result.kind !== 'won') throw new TypeError(`A random name was claimed before: ${result.kind}`);
      return result.held;
    };
    return { kind: 'begun', claim: createUnkeyedClaim(id, claimNow, options) };
  };
}
