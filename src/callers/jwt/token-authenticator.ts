import { hash } from 'node:crypto';
import { errors } from 'jose';
import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import type { Authenticator } from '../authenticator.ts';
import type { Caller } from '../caller.ts';
import type { KeySet } from './key-set.ts';
import type { Keys } from './read-keys.ts';
import { type ClaimNames, toCaller } from './to-caller.ts';
import { isForSomethingElse } from './token-purpose.ts';
import { refusalOf, TokenRefused } from './token-refused.ts';
import { createVerifyToken, type TokenRules } from './verify-token.ts';

export interface TokenAuthenticatorOptions extends TokenRules, ClaimNames {
  readonly keySet: KeySet;
  /** The sandboxes of this service. */
  readonly sandboxes: readonly string[];
  readonly clock: Clock;
}

/** With a claim for each of a user's two hundred groups a token has 6 kB; all headers together may have 16 kB. */
const longestToken = 8_192;
/** About 10 MB, and more callers than one process serves in the hour that a token lives. */
const mostRemembered = 20_000;
const dayMs = 24 * 60 * 60_000;

/** What a token was found to mean, and the keys by which that was found. */
interface Remembered {
  readonly caller: ReturnType<typeof toCaller>;
  readonly keys: Keys;
}

/**
 * Bearer tokens of an issuer (RFC 9068, 6750). One that is valid is verified once, and again when the issuer's keys have
 * changed; one that is refused is not remembered, so that nobody can fill the memory with made-up ones.
 */
export function createTokenAuthenticator(options: TokenAuthenticatorOptions): Authenticator {
  const { keySet, clock, sandboxes } = options;
  const verify = createVerifyToken(options);
  const remembered = createBoundedCache<Remembered>({ maxEntries: mostRemembered, clock });

  async function identify(token: string, digest: string, given: Keys | Promise<Keys>): Promise<Caller> {
    const first = await given;
    try {
      return await verifyWith(first);
    } catch (error) {
      if (!mayBeOfNewerKey(error)) throw refusalOf(error);
      const newer = await keySet.newerThan(first);
      const unavailable = newer === undefined ? keySet.unavailable() : undefined;
      // Its key may be a new one of the issuer's, which nobody can tell now.
      if (unavailable !== undefined && error instanceof errors.JWKSNoMatchingKey) throw unavailable;
      if (newer === undefined) throw refusalOf(error);
      return await verifyWith(newer).catch((again) => {
        throw refusalOf(again);
      });
    }

    async function verifyWith(keys: Keys): Promise<Caller> {
      const claims = await verify(token, keys.find);
      if (isForSomethingElse(claims)) throw new TokenRefused('it is not an access token');
      const caller = toCaller(claims, options, sandboxes);
      remembered.set(digest, { caller, keys }, Math.min(caller.expiresAtMs - clock.wallNow(), dayMs));
      return caller;
    }
  }

  return {
    accepts: ({ bearer }) => bearer !== undefined && hasTwoDots(bearer),
    authenticate({ bearer: token = '' }) {
      if (token.length > longestToken) throw refusalOf(new TokenRefused('it is longer than 8 kB'));
      // One token has one spelling, or its holder could fill what is remembered.
      if (token.endsWith('=')) throw refusalOf(new TokenRefused('it is not in base64url'));
      // Never the token itself: a copy of the memory would be a bunch of keys.
      const digest = hash('sha256', token, 'base64');
      const keys = keySet.usable();
      const known = remembered.get(digest);
      if (known !== undefined && known.keys === keys && clock.wallNow() < known.caller.expiresAtMs)
        return known.caller;
      return identify(token, digest, keys);
    },
  };
}

/** A JWT has two, an encrypted one four, which is then refused. */
function hasTwoDots(bearer: string): boolean {
  const first = bearer.indexOf('.');
  return first >= 0 && bearer.includes('.', first + 1);
}

/** The keys may have been changed since: under a new `kid`, or by an issuer that names none, under the same. */
function mayBeOfNewerKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}
