import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../emulator/movable-clock.ts';
import type { Authenticator } from '../../../src/callers/authenticator.ts';
import { createKeySet } from '../../../src/callers/jwt/key-set.ts';
import { createTokenAuthenticator } from '../../../src/callers/jwt/token-authenticator.ts';
import { silentLog } from '../../../src/observability/log.ts';
import {
  audience,
  makeKey,
  makeToken,
  type SigningKey,
  startTokenIssuer,
  type TokenIssuer,
} from '../../support/token-issuer.ts';

let issuer: TokenIssuer;
let key: SigningKey;
let clock: MovableClock;
let authenticator: Authenticator;
beforeEach(async () => {
  key = await makeKey('key');
  issuer = await startTokenIssuer(key);
  clock = createMovableClock();
  const algorithms = ['ES256'];
  const getKeySet = async () => ({ keys: issuer.keys });
  authenticator = createTokenAuthenticator({
    issuer: issuer.url,
    audience,
    algorithms,
    permissionsClaim: 'scope',
    sandboxesClaim: 'sandboxes',
    sandboxes: ['prod'],
    repeatsName: () => false,
    keySet: createKeySet({ getKeySet, algorithms, clock, log: silentLog }),
    clock,
  });
});
afterEach(async () => issuer[Symbol.asyncDispose]());

const bring = (bearer: string) =>
  authenticator.authenticate({ bearer, key: undefined, certificate: undefined });

describe('a token that was verified', () => {
  it('is answered at once from then on, with the same caller', async () => {
    const token = makeToken(issuer, key, clock.wallNow());
    const first = bring(token);
    expect(first).toBeInstanceOf(Promise);
    expect(bring(token)).toBeInstanceOf(Promise);
    const caller = await first;
    const second = bring(token);
    expect(second).not.toBeInstanceOf(Promise);
    expect(second).toEqual(caller);
    expect(bring(token)).toBe(second);
  });

  it('stays so while the key set is looked at and has not changed, and is verified anew when it has', async () => {
    const token = makeToken(issuer, key, clock.wallNow());
    const caller = await bring(token);
    clock.advance(600_000);
    expect(bring(token)).toEqual(caller);
    await new Promise(setImmediate);
    expect(bring(token)).not.toBeInstanceOf(Promise);
    issuer.keys = [key.jwk, (await makeKey('more')).jwk];
    clock.advance(1_200_000);
    expect(bring(token)).toBeInstanceOf(Promise);
  });

  it('is forgotten for others, so that a million tokens take no more room', async () => {
    const oldest = makeToken(issuer, key, clock.wallNow());
    await bring(oldest);
    const many = Array.from({ length: 20_000 }, (_, at) =>
      makeToken(issuer, key, clock.wallNow(), { claims: { jti: String(at) } }),
    );
    for (let at = 0; at < many.length; at += 500) await Promise.all(many.slice(at, at + 500).map(bring));
    expect(bring(oldest)).toBeInstanceOf(Promise);
    expect(bring(many.at(-1) ?? '')).not.toBeInstanceOf(Promise);
  });
});

describe('a token that is refused', () => {
  it('is not remembered: it is let in as soon as it is valid', async () => {
    const token = makeToken(issuer, key, clock.wallNow() + 60_000);
    await expect(bring(token)).rejects.toThrow(/in the future/);
    clock.advance(60_000);
    await expect(bring(token)).resolves.toMatchObject({ name: 'reporting' });
  });
});
