import { describe, expect, it } from '@jest/globals';
import { lifeMs, settled, sourceUnderTest } from '../../support/token-source-under-test.ts';

describe('the renewal of a token', () => {
  it('Promise 2: may fail until the very end of the token, which stays in use', async () => {
    const { clock, source, pending, grant, fail, inUse } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs * 0.8);
    for (let nth = 1; clock.wallNow() < Date.parse('2026-01-01T00:00:00Z') + lifeMs - 4_000; nth += 1) {
      await fail(nth);
      expect(await inUse()).toBe('A');
      clock.advance(4_000);
    }
    clock.advance(3_999);
    expect(pending.length).toBeGreaterThan(3);
    expect(await inUse()).toBe('A');
  });

  it('is tried again with growing delay when it fails', async () => {
    const { clock, source, pending, grant, fail, inUse } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs * 0.8);
    for (const [index, delayMs] of [1_000, 2_000, 4_000, 4_000].entries()) {
      await inUse();
      await fail(1 + index);
      clock.advance(delayMs - 1);
      await settled();
      expect(pending).toHaveLength(2 + index);
      await inUse();
      clock.advance(1);
      await settled();
      expect(pending).toHaveLength(3 + index);
    }
  });

  it('begins at 80 % of the life, and nobody waits for it', async () => {
    const { clock, source, pending, grant, inUse } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs * 0.8 - 1);
    await settled();
    expect(pending).toHaveLength(1);
    clock.advance(1);
    await settled();
    expect(pending).toHaveLength(2);
    expect(await inUse()).toBe('A');
    await grant(1, 'B');
    expect(await inUse()).toBe('B');
    expect(pending).toHaveLength(2);
  });

  it('happens for nobody no more than once, and the next who asks sets off what is overdue', async () => {
    const { clock, source, pending, grant, inUse } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs * 0.8);
    await grant(1, 'B');
    clock.advance(lifeMs * 0.9);
    await settled();
    expect([pending.length, clock.alarms()]).toEqual([2, 0]);
    expect(await inUse()).toBe('B');
    await grant(2, 'C');
    expect(await inUse()).toBe('C');
  });

  it('that gives the same token again is no loop', async () => {
    const { clock, source, pending, grant, inUse } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs * 0.8);
    await grant(1, 'A', lifeMs * 0.2);
    for (let nth = 0; nth < 10; nth += 1) {
      await inUse();
      await settled();
    }
    expect(pending).toHaveLength(2);
    clock.advance(lifeMs * 0.2 * 0.8);
    await settled();
    expect(pending).toHaveLength(3);
  });

  it('keeps a smallest delay, however short a life is', async () => {
    const { clock, source, pending, grant } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A', 10)]);
    clock.advance(999);
    await settled();
    expect(pending).toHaveLength(1);
  });

  it('makes nobody wait while it is being tried again and the token has expired', async () => {
    const { clock, source, pending, grant, fail, inUse } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A', 5_000)]);
    clock.advance(4_000);
    await fail(1);
    expect(await inUse()).toBe('A');
    clock.advance(1_000);
    await settled();
    expect(pending).toHaveLength(3);
    const refusals = await Promise.allSettled(Array.from({ length: 100 }, () => source.current()));
    expect(refusals.map(({ status }) => status)).toEqual(Array(100).fill('rejected'));
    await expect(source.current()).rejects.toMatchObject({
      code: 'token-unavailable',
      details: { retryAfterMs: 5_000 },
    });
    await grant(2, 'B');
    expect(await inUse()).toBe('B');
    expect(pending).toHaveLength(3);
  });

  it('is waited for by those whose token was refused meanwhile', async () => {
    const { clock, source, pending, grant } = sourceUnderTest();
    const [old] = await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs * 0.8);
    source.reject(old);
    const [renewed] = await Promise.all([source.current(), grant(1, 'B')]);
    source.reject(old);
    expect([renewed.value.reveal(), pending.length]).toEqual(['B', 2]);
  });

  it('leaves no timer when the source is closed, whatever happens afterwards', async () => {
    const { clock, source, grant, fail } = sourceUnderTest();
    await Promise.all([source.current(), grant(0, 'A')]);
    clock.advance(lifeMs * 0.8);
    await settled();
    source.close();
    await fail(1);
    await source.current();
    expect(clock.alarms()).toBe(0);
  });
});
