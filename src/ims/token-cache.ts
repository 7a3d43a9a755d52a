import NodeCache from 'node-cache';
import type { Clock } from '../observability/clock.ts';
import type { AccessToken } from './access-token.ts';

/** The tokens of this process, by the identity of what they were issued for. */
export interface TokenCache {
  /** Nothing once the token has expired. */
  get(identity: string): AccessToken | undefined;
  set(identity: string, token: AccessToken): void;
  delete(identity: string): void;
}

/**
 * node-cache, without its lifetimes: it keeps an entry with a lifetime of 0 or NaN for ever, and reads the machine's
 * clock. So a token carries its own expiry, which is checked each time that it is read.
 */
export function createTokenCache(clock: Clock): TokenCache {
  // No check period: a service has one credential or two, and no timer keeps the process alive for them.
  const cache = new NodeCache({ useClones: false, checkperiod: 0 });

  return {
    get(identity) {
      const token = cache.get<AccessToken>(identity);
      return token !== undefined && token.expiresAtMs > clock.now() ? token : undefined;
    },
    set(identity, token) {
      cache.set(identity, token);
    },
    delete(identity) {
      cache.del(identity);
    },
  };
}
