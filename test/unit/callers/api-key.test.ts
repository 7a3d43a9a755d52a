import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { createApiKeyAuthenticator, createKey, hashKey } from '../../../src/callers/api-key.ts';

const noList = { byKey: () => undefined, byCertificate: () => undefined };
const nothing = { bearer: undefined, key: undefined, certificate: undefined };

describe('authentication by key', () => {
  it.each([
    [{ key: 'k' }, true],
    [{ bearer: 'k' }, true],
    [{}, false],
    [{ certificate: { sha256: 'c', expiresAtMs: undefined } }, false],
  ])('takes %j: %s', (more, takes) => {
    const keys = createApiKeyAuthenticator({ callers: noList, clock: createMovableClock() });
    expect(keys.accepts({ ...nothing, ...more })).toBe(takes);
  });
});

describe('a key', () => {
  it('has 256 random bits, and a beginning by which scanners know it', () => {
    const keys = Array.from({ length: 100 }, createKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^aepjobs_[\w-]{43}$/);
    expect(Buffer.from((keys[0] ?? '').slice('aepjobs_'.length), 'base64url')).toHaveLength(32);
  });

  it('has the hash that sha256sum prints', () => {
    expect(hashKey('key')).toBe('2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683');
  });
});
