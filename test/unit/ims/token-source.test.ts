import { describe, expect, it } from '@jest/globals';
import { refusalDistanceMs, sourceUnderTest } from '../../support/token-source-under-test.ts';

describe('a token source', () => {
  it('shares one exchange among all who wait for it', async () => {
    const { source, pending, grant } = sourceUnderTest();
    const waiting = Array.from({ length: 100 }, () => source.current());
    await grant(0, 'A');
    const tokens = await Promise.all(waiting);
    expect(new Set(tokens.map(({ value }) => value.reveal()))).toEqual(new Set(['A']));
    expect(pending).toHaveLength(1);
  });

  it('has a token at hand as long as that lives and is not refused, and no other', async () => {
    const { clock, source, grant } = sourceUnderTest();
    expect(source.atHand()).toBeUndefined();
    const [first] = await Promise.all([source.current(), grant(0, 'A')]);
    expect(source.atHand()).toBe(first);
    await source.reject(first);
    expect(source.atHand()).toBeUndefined();
    const [second] = await Promise.all([source.current(), grant(1, 'B')]);
    clock.advance(second.expiresAtMs - clock.now() - 1);
    expect(source.atHand()).toBe(second);
    clock.advance(1);
    expect(source.atHand()).toBeUndefined();
  });

  it('shares one failure among all who wait for it, and keeps it no longer than the rest', async () => {
    const { clock, source, fail, grant } = sourceUnderTest();
    const waiting = Array.from({ length: 20 }, () => source.current());
    void fail(0);
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(
      Array(20).fill('rejected'),
    );
    clock.advance(1_000);
    const next = source.current();
    await grant(1, 'B');
    expect((await next).value.reveal()).toBe('B');
  });

  it('drops only the token that was refused: a late refusal of an old one changes nothing', async () => {
    const { clock, source, pending, grant } = sourceUnderTest();
    const [old] = await Promise.all([source.current(), grant(0, 'A')]);
    await source.reject(old);
    await Promise.all([source.current(), grant(1, 'B')]);
    clock.advance(refusalDistanceMs);
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

  it('Promise 3: a Platform that refuses every token costs one exchange for each distance, not for each request', async () => {
    const { clock, source, pending, grant, inUse } = sourceUnderTest();
    const [first] = await Promise.all([source.current(), grant(0, 'A')]);
    await source.reject(first);
    const [second] = await Promise.all([source.current(), grant(1, 'B')]);
    await Promise.all(Array.from({ length: 100 }, () => source.reject(second)));
    expect([await inUse(), pending.length]).toEqual(['B', 2]);
    clock.advance(refusalDistanceMs);
    await source.reject(second);
    await Promise.all([source.current(), grant(2, 'C')]);
    expect([await inUse(), pending.length]).toEqual(['C', 3]);
  });

  it('takes the same token twice if that is what IMS gives', async () => {
    const { source, grant } = sourceUnderTest();
    const [refused] = await Promise.all([source.current(), grant(0, 'A')]);
    await source.reject(refused);
    const [again] = await Promise.all([source.current(), grant(1, 'A')]);
    expect(again.value.reveal()).toBe('A');
  });
});
