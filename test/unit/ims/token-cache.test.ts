import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { createTokenCache } from '../../../src/ims/token-cache.ts';
import { Secret } from '../../../src/observability/secret.ts';

describe('the cache of tokens', () => {
  const clock = createMovableClock();
  const token = (lifeMs: number) => ({
    value: new Secret('token'),
    issuedAtMs: clock.now(),
    expiresAtMs: clock.now() + lifeMs,
  });

  it('has a token until it expires by our clock, and the very token', () => {
    const cache = createTokenCache(clock);
    const cached = token(1_000);
    cache.set('one', cached);
    clock.advance(999);
    expect(cache.get('one')).toBe(cached);
    clock.advance(1);
    expect(cache.get('one')).toBeUndefined();
  });

  it.each([0, -1, Number.NaN])(
    'has none with a life of %d, which node-cache would keep for ever',
    (lifeMs) => {
      const cache = createTokenCache(clock);
      cache.set('one', token(lifeMs));
      expect(cache.get('one')).toBeUndefined();
    },
  );

  it('keeps the tokens of two identities apart, and forgets on request what it never had', () => {
    const cache = createTokenCache(clock);
    const [one, other] = [token(1_000), token(1_000)];
    cache.set('one', one);
    cache.set('other', other);
    expect([cache.get('one'), cache.get('other')]).toEqual([one, other]);
    expect(cache.get('one')).not.toBe(cache.get('other'));
    cache.delete('one');
    cache.delete('none');
    expect([cache.get('one'), cache.get('other')]).toEqual([undefined, other]);
  });
});
