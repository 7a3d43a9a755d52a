import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';
import { KeysNotLoaded } from './keys-not-loaded.ts';

/** The keys that tokens are verified with, as they were at one time. */
export interface Keys {
  /** jose's choice by the token's `alg` and `kid`. */
  readonly find: JWTVerifyGetKey;
  /** The `kid` of each, or nothing where it has none. */
  readonly ids: readonly (string | undefined)[];
  /** Equal for equal keys, in whatever order they came. */
  readonly fingerprint: string;
}

/**
 * The public keys of a key set that fit one of the algorithms. What else it holds (keys to encrypt, shared secrets,
 * private keys, kinds that nobody knows yet) is left out, so that one odd key does not spoil the others.
 *
 * @throws KeysNotLoaded where none is left
 */
export async function readKeys(keySet: unknown, algorithms: readonly string[]): Promise<Keys> {
  const { keys: given } = Object(keySet);
  if (!Array.isArray(given)) throw new KeysNotLoaded('What answered is no key set: it has no list of keys');
  const fitting: JWK[] = [];
  for (const key of given) if (await fitsOneOf(algorithms, key)) fitting.push(key);
  if (fitting.length === 0) {
    throw new KeysNotLoaded(`The key set has no key for ${algorithms.join(' or ')}`);
  }
  const isText = (value: unknown) => typeof value === 'string';
  return {
    find: createLocalJWKSet({ keys: fitting }),
    ids: fitting.map(({ kid }) => (isText(kid) ? kid : undefined)),
    fingerprint: fitting
      .map((key) => JSON.stringify(key))
      .sort()
      .join(),
  };
}

/** By jose's own rules, which import the key: its type, curve, use and operations, and that it is public. */
async function fitsOneOf(algorithms: readonly string[], key: JWK): Promise<boolean> {
  for (const alg of algorithms) {
    try {
      await createLocalJWKSet({ keys: [key] })({ alg });
      return true;
    } catch {
      // Perhaps another algorithm.
    }
  }
  return false;
}
