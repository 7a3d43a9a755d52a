import type { Clock } from '../observability/clock.ts';
import type { Log } from '../observability/log.ts';
import type { AccessToken, TokenSource } from './access-token.ts';
import type { CoolDownIssuer } from './cool-down-issuer.ts';
import { CredentialRefused, isTokenFault, type TokenFault, withRetryAfter } from './errors.ts';
import { createRenewalPlan } from './renewal-plan.ts';
import type { TokenCache } from './token-cache.ts';

export interface TokenSourceOptions {
  readonly issuer: CoolDownIssuer;
  readonly cache: TokenCache;
  /** The least time between two tokens that are dropped because Platform refused them. */
  readonly refusalDelayMs: number;
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly log: Log;
}

export interface RenewingTokenSource extends TokenSource {
  /** Why the service is not ready, if IMS refuses the credential. */
  notReadyBecause(): string | undefined;
  /** Ends the renewing. */
  close(): void;
}

/** The `Retry-After` while an exchange is tried in the background. */
const retryAfterProbeMs = 5_000;

/** How long a caller waits for an exchange after a failed one. A healthy IMS answers in less. */
const patienceMs = 1_000;

/**
 * Reuses the cached token until it expires, and renews it in the background before that. However many callers
 * ask at once, at most one exchange is under way in this process.
 */
export function createTokenSource(options: TokenSourceOptions): RenewingTokenSource {
  const { issuer, cache, refusalDelayMs, clock, random, log } = options;
  const { identity } = issuer;
  let exchange: { readonly outcome: Promise<AccessToken>; readonly inBackground: boolean } | undefined;
  /** The failure of the last exchange, until one succeeds. */
  let failure: TokenFault | undefined;
  let droppedAtMs = Number.NEGATIVE_INFINITY;

  const plan = createRenewalPlan({ clock, random, renew });

  function begin(inBackground: boolean): Promise<AccessToken> {
    const outcome = issueAndCache().finally(() => {
      exchange = undefined;
    });
    exchange = { outcome, inBackground };
    return outcome;
  }

  async function issueAndCache(): Promise<AccessToken> {
    try {
      const issued = await issuer.issue();
      failure = undefined;
      cache.set(identity, issued);
      plan.watch(issued);
      return issued;
    } catch (error) {
      if (isTokenFault(error)) failure = error;
      throw error;
    }
  }

  /** The token stays in use until it expires, so a failed renewal is only logged. */
  async function renew(): Promise<void> {
    // Not within the timer's call: a test's clock must have stopped moving before the exchange reads it.
    await Promise.resolve();
    if (exchange) return;
    try {
      await begin(true);
    } catch (error) {
      const { message } = isTokenFault(error) ? error : { message: 'unforeseen' };
      const retryInMs = plan.again(issuer.coolDown()?.leftMs ?? 0);
      log.warn({ error: message, retryInMs }, 'The token could not be renewed');
    }
  }

  /** All callers that waited share a failure; it is kept no longer than the issuer's cool-down. */
  async function issue(): Promise<AccessToken> {
    // After a failure no caller waits for an attempt in the background: IMS may hang.
    if (exchange?.inBackground && failure) throw withRetryAfter(failure, retryAfterProbeMs);
    const outcome = exchange?.outcome ?? begin(false);
    return failure ? soon(outcome, failure) : outcome;
  }

  /** After a failure a caller waits only a moment for the next exchange, in case IMS hangs again. */
  async function soon(outcome: Promise<AccessToken>, last: TokenFault): Promise<AccessToken> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = clock.after(patienceMs, () => reject(withRetryAfter(last, retryAfterProbeMs)));
    return Promise.race([outcome, late]).finally(cancel);
  }

  return {
    current() {
      plan.use();
      const cached = cache.get(identity);
      if (cached === undefined) return issue();
      plan.watch(cached);
      return cached;
    },
    reject(token) {
      // A late refusal is about the token it was sent with, which may have been replaced since.
      if (!cache.get(identity)?.value.equals(token.value)) return;
      // If Platform refused every token, each request would cost an exchange. So a token that has just replaced
      // a refused one is kept: the call is sent with it again, and the caller gets Platform's refusal.
      if (clock.now() - droppedAtMs < refusalDelayMs) return;
      droppedAtMs = clock.now();
      cache.delete(identity);
    },
    notReadyBecause() {
      // With a cached token all callers are served. After the cool-down a request has to arrive to try again, so the
      // process must be ready for it.
      if (cache.get(identity) !== undefined) return undefined;
      const fault = issuer.coolDown()?.fault;
      return fault instanceof CredentialRefused ? fault.detail : undefined;
    },
    close: plan.close,
  };
}
