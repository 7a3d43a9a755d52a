import type { Clock } from '../observability/clock.ts';
import type { Store } from '../store/store.ts';
import type { AccessToken, TokenIssuer, TokenSource } from './access-token.ts';

export interface TokenSourceOptions {
  readonly issuer: TokenIssuer;
  readonly store: Store<AccessToken>;
  /** How long before its end a token is no longer handed out: it has to last until upstream has read it. */
  readonly renewAheadMs: number;
  readonly clock: Clock;
}

/**
 * Reuses one token until shortly before it expires. However many callers ask at once, at most one exchange
 * is under way in this process.
 */
export function createTokenSource({ issuer, store, renewAheadMs, clock }: TokenSourceOptions): TokenSource {
  let lookup: Promise<AccessToken> | undefined;
  let refused: AccessToken | undefined;

  const isRefused = (token: AccessToken) => refused?.value.equals(token.value) ?? false;
  const usableForMs = (token: AccessToken) => {
    const leftMs = token.expiresAtMs - clock.now();
    // A life not much longer than the margin would be spent on renewing alone.
    return leftMs - Math.min(renewAheadMs, leftMs / 2);
  };

  async function reuseOrIssue(): Promise<AccessToken> {
    const kept = await store.get(issuer.identity);
    if (kept && !isRefused(kept)) return kept;
    const issued = await issuer.issue();
    refused = undefined;
    await store.set(issuer.identity, issued, usableForMs(issued));
    return issued;
  }

  function joinLookup(): Promise<AccessToken> {
    // A failure is shared by those who waited for it, and kept for nobody after them.
    lookup ??= reuseOrIssue().finally(() => {
      lookup = undefined;
    });
    return lookup;
  }

  return {
    async current() {
      const token = await joinLookup();
      // The lookup may have begun before this token was refused.
      return isRefused(token) ? joinLookup() : token;
    },
    async reject(token) {
      // A late refusal speaks of the token it was sent with, which may have been replaced since.
      const kept = await store.get(issuer.identity);
      if (kept && !kept.value.equals(token.value)) return;
      refused = token;
      await store.delete(issuer.identity);
    },
  };
}
