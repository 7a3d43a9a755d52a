import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../observability/clock.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { type CallerList, requireValid } from './caller-list.ts';

/** By this, scanners for secrets find a key where it does not belong. */
export const keyPrefix = 'aepjobs_';

/** More than any key has; a header may be much longer. */
const longestKey = 512;

/** The same for every key that does not let in, whatever is wrong with it. */
const notValid = 'The key is not valid here.';

/** A key of 256 random bits. */
export function createKey(): string {
  return keyPrefix + randomBytes(32).toString('base64url');
}

/**
 * The SHA-256 of a key, in lower-case hex. No salt and no slow function: those protect what people make up, and a random
 * key of 256 bits cannot be guessed.
 */
export function hashKey(key: string): string {
  // Byte by byte as it was sent, because Node reads headers as Latin-1.
  return hash('sha256', Buffer.from(key, 'latin1'), 'hex');
}

export interface ApiKeyOptions {
  readonly callers: CallerList;
  readonly clock: Clock;
}

/** Knows callers by a key in `x-caller-key` or as the bearer. */
export function createApiKeyAuthenticator({ callers, clock }: ApiKeyOptions): Authenticator {
  return {
    accepts: ({ key, bearer }) => key !== undefined || bearer !== undefined,
    authenticate: ({ key, bearer }) => requireValid(find(key ?? bearer ?? ''), notValid, clock),
  };

  function find(key: string): Caller | undefined {
    return key.length > longestKey ? undefined : callers.byKey(hashKey(key));
  }
}
