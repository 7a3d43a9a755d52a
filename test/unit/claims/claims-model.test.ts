import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import type { Claims, HeldClaim } from '../../../src/claims/claims.ts';
import { claimOf, keptForMs, leaseMs, openClaimsUnderTest } from '../../support/claims-under-test.ts';

/** What the store has to know of one id. */
interface Known {
  nonce: string | undefined;
  leaseUntilMs: number;
  sentAtMs: number | undefined;
  fingerprint: string;
  outcome: string | undefined;
  jobId: string | undefined;
  forgetAtMs: number;
}

const ids = fc.constantFrom('a', 'b', 'c');
const sends = fc.boolean();
const step = fc.oneof(
  fc.record({ verb: fc.constant('claim' as const), id: ids, print: fc.constantFrom('p', 'q'), sends }),
  fc.record({ verb: fc.constant('renew' as const), id: ids, held: fc.nat(), sends }),
  fc.record({
    verb: fc.constant('settle' as const),
    id: ids,
    held: fc.nat(),
    job: fc.constantFrom('1', '2'),
  }),
  fc.record({ verb: fc.constantFrom('release' as const, 'suspend' as const), id: ids, held: fc.nat() }),
  fc.record({ verb: fc.constant('takeAbandoned' as const) }),
  fc.record({
    verb: fc.constant('wait' as const),
    ms: fc.constantFrom(1, leaseMs / 2, leaseMs, keptForMs / 2, keptForMs),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** Does each step to the store and to the model beside it, and compares what they say. */
function createPlay(claims: Claims, clock: ReturnType<typeof createMovableClock>) {
  const known = new Map<string, Known>();
  /** All that were ever held: whoever has lost one may still come with it. */
  const nonces = new Map<string, string[]>();
  let outcomes = 0;
  const isLive = (one: Known) =>
    one.nonce !== undefined && one.outcome === undefined && one.leaseUntilMs > clock.wallNow();

  function note({ id, nonce }: HeldClaim): void {
    expect([...nonces.values()].flat()).not.toContain(nonce);
    nonces.set(id, [...(nonces.get(id) ?? []), nonce]);
  }
  function pick(id: string, held: number): { held: HeldClaim; one: Known | undefined } {
    const all = nonces.get(id) ?? [];
    const nonce = all[held % Math.max(1, all.length)] ?? 'of nobody';
    const one = known.get(id);
    return { held: { id, nonce }, one: one?.nonce === nonce && one.outcome === undefined ? one : undefined };
  }
  function forget(): void {
    for (const [id, one] of known) {
      if (isLive(one) || one.forgetAtMs > clock.wallNow()) continue;
      known.delete(id);
    }
  }

  return async (given: Step): Promise<void> => {
    const now = clock.wallNow();
    const forever = Number.POSITIVE_INFINITY;
    if (given.verb === 'wait') clock.advance(given.ms);
    else if (given.verb === 'claim') {
      forget();
      const sentAtMs = given.sends ? now : undefined;
      const one = known.get(given.id);
      const result = await claims.claim(
        claimOf(given.id, { fingerprint: given.print, ...(given.sends && { sentAtMs: now }) }),
      );
      if (one === undefined || (one.outcome === undefined && one.sentAtMs === undefined && !isLive(one))) {
        expect(result.kind).toBe('won');
      } else if (one.fingerprint !== given.print) expect(result.kind).toBe('other-fingerprint');
      else if (one.outcome !== undefined) expect(result).toEqual({ kind: 'settled', outcome: one.outcome });
      else if (isLive(one)) expect(result).toEqual({ kind: 'held' });
      else expect(result).toMatchObject({ kind: 'taken-over', sentAtMs: one.sentAtMs });
      if (!('held' in result)) return;
      note(result.held);
      const { nonce } = result.held;
      if (result.kind === 'taken-over' && one)
        Object.assign(one, { nonce, leaseUntilMs: now + leaseMs, forgetAtMs: forever });
      else
        known.set(given.id, {
          ...{ nonce, sentAtMs, leaseUntilMs: now + leaseMs, fingerprint: given.print },
          ...{ outcome: undefined, jobId: undefined, forgetAtMs: given.sends ? forever : now + keptForMs },
        });
    } else if (given.verb === 'takeAbandoned') {
      const dead = [...known].filter(
        ([, one]) =>
          one.nonce !== undefined && one.outcome === undefined && one.sentAtMs !== undefined && !isLive(one),
      );
      const taken = await claims.takeAbandoned(leaseMs);
      expect(taken.map(({ held }) => held.id).sort()).toEqual(dead.map(([id]) => id).sort());
      for (const { held } of taken) {
        note(held);
        const one = known.get(held.id);
        if (one) Object.assign(one, { nonce: held.nonce, leaseUntilMs: now + leaseMs });
      }
    } else if (given.verb === 'renew') {
      const { held, one } = pick(given.id, given.held);
      expect(await claims.renew(held, { leaseMs, ...(given.sends && { sentAtMs: now }) })).toBe(
        one !== undefined,
      );
      if (!one) return;
      one.leaseUntilMs = now + leaseMs;
      if (given.sends) one.sentAtMs = now;
      if (one.sentAtMs !== undefined) one.forgetAtMs = forever;
    } else if (given.verb === 'settle') {
      const { held, one } = pick(given.id, given.held);
      const outcome = JSON.stringify({ outcome: ++outcomes });
      const isTaken = [...known.values()].some(({ jobId }) => jobId === given.job);
      const said = await claims.settle(held, { outcome, jobId: given.job });
      expect(said).toBe(one === undefined ? 'lost' : isTaken ? 'job-taken' : 'settled');
      if (said === 'settled' && one)
        Object.assign(one, { outcome, jobId: given.job, forgetAtMs: now + keptForMs });
    } else {
      const { held, one } = pick(given.id, given.held);
      await claims[given.verb](held);
      if (!one) return;
      if (given.verb === 'release') known.delete(given.id);
      else Object.assign(one, { nonce: undefined, forgetAtMs: now + keptForMs });
    }
  };
}

describe('claims, whatever is done with them in whatever order', () => {
  it('have one holder at a time, keep each outcome as long as promised, and own a job once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
        const clock = createMovableClock();
        using store = openClaimsUnderTest(':memory:', clock);
        const play = createPlay(store.claims, clock);
        for (const one of steps) await play(one);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
