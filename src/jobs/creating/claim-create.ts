import { hash, randomUUID } from 'node:crypto';
import type { ClaimResult } from '../../claims/claims.ts';
import type { ChangeContext } from '../context.ts';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from '../errors.ts';
import {
  type CreateClaim,
  type CreateClaimOptions,
  createKeyedClaim,
  createUnkeyedClaim,
} from './create-claim.ts';
import { writeMemo } from './create-memo.ts';
import { type CreateOutcome, readOutcome } from './create-outcome.ts';
import type { DefinedExport } from './define-export.ts';
import { raceWithCaller } from './race-with-caller.ts';

export type Claimed =
  | { readonly kind: 'begun'; readonly claim: CreateClaim }
  /** An earlier request with the same key has an outcome. */
  | { readonly kind: 'settled'; readonly outcome: CreateOutcome };

export interface ClaimCreateOptions extends CreateClaimOptions {
  readonly keptForMs: number;
  /** How long a request waits for an earlier one with the same key. */
  readonly keyWaitMs: number;
}

/**
 * Makes a create the only one of its key.
 *
 * @throws IdempotencyKeyReused, IdempotencyKeyInUse, ClaimsUnavailable, RequestAbandoned; none of them without a key
 */
export type ClaimCreate = (
  key: string | undefined,
  exported: DefinedExport,
  context: ChangeContext,
) => Promise<Claimed>;

/** How often to look for the end of a create that is another process's, or is looked for after a restart. */
const lookMs = 250;
/** When whoever has waited in vain may ask again: by then most creates have ended. */
const askAgainMs = 2_000;

interface UnderWay {
  readonly fingerprint: string;
  readonly end: Promise<void>;
}

const keyReused = () => new IdempotencyKeyReused('This Idempotency-Key was sent with another export before.');

export function createClaimCreate(options: ClaimCreateOptions): ClaimCreate {
  const { claims, ownSendings, keptForMs, leaseMs, keyWaitMs, clock } = options;
  /** Of the creates with a key that this process works on. */
  const underWay = new Map<string, UnderWay>();

  function toRequest({ request, fingerprint }: DefinedExport, context: ChangeContext, id: string) {
    const { sandbox, permission, requestId, by } = context;
    const memo = writeMemo({ request, requestId, permission, by });
    return { id, sandbox, caller: by.callerId, fingerprint, memo, leaseMs, keptForMs };
  }

  /** As long as this process works on it, its other requests with the key are told when it ends. */
  function withEnd(claim: CreateClaim, fingerprint: string): CreateClaim {
    const { promise, resolve } = Promise.withResolvers<void>();
    underWay.set(claim.id, { fingerprint, end: promise });
    const end = () => {
      underWay.delete(claim.id);
      resolve();
    };
    return {
      ...claim,
      get unresolved() {
        return claim.unresolved;
      },
      async settle(outcome, source) {
        const isSettled = await claim.settle(outcome, source);
        if (isSettled) end();
        return isSettled;
      },
      giveUp: () => claim.giveUp().finally(end),
    };
  }

  function begin(result: Extract<ClaimResult, { held: unknown }>, fingerprint: string): Claimed {
    const { held } = result;
    const earlier = result.kind === 'taken-over' ? ownSendings.find(held.id, result.sentAtMs) : undefined;
    return { kind: 'begun', claim: withEnd(createKeyedClaim(held, earlier, options), fingerprint) };
  }

  async function waitForEnd(id: string, untilMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const end = underWay.get(id)?.end;
    const leftMs = untilMs - clock.now();
    const cancel = clock.after(end === undefined ? Math.min(lookMs, leftMs) : leftMs, resolve);
    try {
      await raceWithCaller(end === undefined ? [over] : [over, end], signal);
    } finally {
      cancel();
    }
  }

  /** What this process works on is not asked for: a lease may end early where the wall clock was set forward. */
  async function tryToClaim(exported: DefinedExport, context: ChangeContext, id: string) {
    const own = underWay.get(id);
    if (own === undefined) return claims.claim(toRequest(exported, context, id));
    if (own.fingerprint !== exported.fingerprint) throw keyReused();
    return { kind: 'held' } as const;
  }

  async function claimKey(key: string, exported: DefinedExport, context: ChangeContext): Promise<Claimed> {
    const { sandbox, by, signal } = context;
    const id = hash('sha256', JSON.stringify([by.callerId, sandbox, key]), 'base64url');
    const untilMs = clock.now() + Math.min(keyWaitMs, context.waitAtMostMs ?? keyWaitMs);
    for (;;) {
      const result = await tryToClaim(exported, context, id);
      switch (result.kind) {
        case 'won':
        case 'taken-over':
          return begin(result, exported.fingerprint);
        case 'settled':
          return { kind: 'settled', outcome: readOutcome(result.outcome) };
        case 'other-fingerprint':
          throw keyReused();
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

  return async (key, exported, context) => {
    if (key !== undefined) return claimKey(key, exported, context);
    const id = `create:${randomUUID()}`;
    const claimNow = async (sentAtMs: number) => {
      const result = await claims.claim({ ...toRequest(exported, context, id), sentAtMs });
      if (result.kind !== 'won') throw new TypeError(`A random name was claimed before: ${result.kind}`);
      return result.held;
    };
    return { kind: 'begun', claim: createUnkeyedClaim(id, claimNow, options) };
  };
}
