import { describe, expect, it } from '@jest/globals';
import { refusalDelayMs, sourceUnderTest } from '../../support/token-source-under-test.ts';

describe('a token source', () => {
  it('shares one exchange among all who wait for it', async () => {
    const { source, pending, grant } = sourceUnderTest();
    const waiting = Array.from({ length: 100 }, () => source.current());
    await grant(0, 'A');
    const tokens = await Promise.all(waiting);
    expect(new Set(tokens.map(({ value }) => value.reveal()))).toEqual(new Set(['A']));
    expect(pending).toHaveLength(1);
  });

  it('answers with the cached token without a promise as long as that lives and is not refused', async () => {
    const { clock, source, grant } = sourceUnderTest();
    const [first] = await Promise.all([source.current(), grant(0, 'A')]);
    expect(source.current()).toBe(first);
    source.reject(first);
    const pending = source.current();
    expect(pending).toBeInstanceOf(Promise);
    const [second] = await Promise.all([pending, grant(1, 'B')]);
    clock.advance(second.expiresAtMs - clock.now() - 1);
    expect(source.current()).toBe(second);
    clock.advance(1);
    expect(source.current()).not.toBe(second);
  });

  it('shares one failure among all who wait for it, and keeps it no longer than the cool-down', async () => {
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
    source.reject(old);
    await Promise.all([source.current(), grant(1, 'B')]);
    clock.advance(refusalDelayMs);
    source.reject(old);
    expect((await source.current()).value.reveal()).toBe('B');
    expect(pending).toHaveLength(2);
  });

  it('never answers with a token after it was refused, whoever asks in the same moment', async () => {
    const { source, grant } = sourceUnderTest();
    const [refused] = await Promise.all([source.current(), grant(0, 'A')]);
    source.reject(refused);
    const [one, other] = await Promise.all([source.current(), source.current(), grant(1, 'B')]);
    expect([one, other].map(({ value }) => value.reveal())).toEqual(['B', 'B']);
  });

  it('Promise 3: a Platform that refuses every token costs one exchange for each delay, not for each request', async () => {
    const { clock, source, pending, grant, inUse } = sourceUnderTest();
    const [first] = await Promise.all([source.current(), grant(0, 'A')]);
    source.reject(first);
    const [second] = await Promise.all([source.current(), grant(1, 'B')]);
    for (let nth = 0; nth < 100; nth += 1) source.reject(second);
    expect([await inUse(), pending.length]).toEqual(['B', 2]);
    clock.advance(refusalDelayMs);
    source.reject(second);
    await Promise.all([source.current(), grant(2, 'C')]);
    expect([await inUse(), pending.length]).toEqual(['C', 3]);
  });

  it('takes the same token twice if that is what IMS gives', async () => {
    const { source, grant } = sourceUnderTest();
    const [refused] = await Promise.all([source.current(), grant(0, 'A')]);
    source.reject(refused);
    const [again] = await Promise.all([source.current(), grant(1, 'A')]);
    expect(again.value.reveal()).toBe('A');
  });
});
