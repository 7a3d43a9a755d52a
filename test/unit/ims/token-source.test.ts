import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import type { AccessToken } from '../../../src/ims/access-token.ts';
import { createTokenSource } from '../../../src/ims/token-source.ts';
import { Secret } from '../../../src/observability/secret.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';

const lifeMs = 100_000;
const renewAheadMs = 10_000;

/** A source whose issuer answers only when the test says so. */
function sourceUnderTest() {
  const clock = createMovableClock();
  const pending: PromiseWithResolvers<AccessToken>[] = [];
  const issuer = {
    identity: 'one credential',
    issue() {
      const exchange = Promise.withResolvers<AccessToken>();
      pending.push(exchange);
      return exchange.promise;
    },
  };
  const store = createMemoryStore<AccessToken>({ maxEntries: 10, clock });
  const source = createTokenSource({ issuer, store, renewAheadMs, clock });
  const token = (name: string, life = lifeMs) => ({
    value: new Secret(name),
    expiresAtMs: clock.now() + life,
  });
  /** Lets the nth exchange succeed with a token of this name. */
  async function grant(nth: number, name: string, life?: number) {
    // The store answers a microtask later, so the exchange begins a moment after it was asked for.
    while (pending.length <= nth) await Promise.resolve();
    pending[nth]?.resolve(token(name, life));
  }
  return { clock, pending, source, grant };
}

describe('a token source', () => {
  it('shares one exchange among all who wait for it', async () => {
    const { source, pending, grant } = sourceUnderTest();
    const waiting = Array.from({ length: 100 }, () => source.current());
    await grant(0, 'A');
    const tokens = await Promise.all(waiting);
    expect(new Set(tokens.map(({ value }) => value.reveal()))).toEqual(new Set(['A']));
    expect(pending).toHaveLength(1);
  });

  it('shares one failure among all who wait for it, and keeps it for nobody after them', async () => {
    const { source, pending, grant } = sourceUnderTest();
    const waiting = Array.from({ length: 20 }, () => source.current());
    while (pending.length === 0) await Promise.resolve();
    pending[0]?.reject(new Error('down'));
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(
      Array(20).fill('rejected'),
    );
    const next = source.current();
    await grant(1, 'B');
    expect((await next).value.reveal()).toBe('B');
  });

  it('hands a token out until shortly before its end', async () => {
    const { clock, source, pending, grant } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs - renewAheadMs - 1);
    expect((await source.current()).value.reveal()).toBe('A');
    clock.advance(1);
    const [renewed] = await Promise.all([source.current(), grant(1, 'B')]);
    expect([renewed.value.reveal(), pending.length]).toEqual(['B', 2]);
  });

  it('uses a token that lives shorter than the margin for half of its life', async () => {
    const { clock, source, pending, grant } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A', renewAheadMs)]);
    clock.advance(renewAheadMs / 2 - 1);
    await source.current();
    expect(pending).toHaveLength(1);
  });

  it('drops only the token that was refused: a late refusal of an old one changes nothing', async () => {
    const { source, pending, grant } = sourceUnderTest();
    const [old] = await Promise.all([source.current(), grant(0, 'A')]);
    await source.reject(old);
    await Promise.all([source.current(), grant(1, 'B')]);
    await source.reject(old);
    expect((await source.current()).value.reveal()).toBe('B');
    expect(pending).toHaveLength(2);
  });

  it('does not hand a refused token to somebody whose lookup had begun before it was refused', async () => {
    const { source, grant } = sourceUnderTest();
    const [refused] = await Promise.all([source.current(), grant(0, 'A')]);
    const [, afterwards] = await Promise.all([source.reject(refused), source.current(), grant(1, 'B')]);
    const retried = await source.current();
    expect(retried.value.reveal()).toBe('B');
    expect(['A', 'B']).toContain(afterwards.value.reveal());
  });

  it('takes the same token twice if that is what IMS gives', async () => {
    const { source, grant } = sourceUnderTest();
    const [refused] = await Promise.all([source.current(), grant(0, 'A')]);
    await source.reject(refused);
    const [again] = await Promise.all([source.current(), grant(1, 'A')]);
    expect(again.value.reveal()).toBe('A');
  });
});
