import type { Clock } from '../observability/clock.ts';
import type { Log } from '../observability/log.ts';
import type { Store } from '../store/store.ts';
import type { AccessToken, TokenSource } from './access-token.ts';
import { CredentialRefused, isTokenFault, type TokenFault, withRetryAfter } from './errors.ts';
import { createRenewalPlan } from './renewal-plan.ts';
import type { RestingIssuer } from './resting-issuer.ts';

export interface TokenSourceOptions {
  readonly issuer: RestingIssuer;
  readonly store: Store<AccessToken>;
  /** The least time between two tokens that are dropped because Platform refused them. */
  readonly refusalDistanceMs: number;
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly log: Log;
}

export interface RenewingTokenSource extends TokenSource {
  /** Why nobody can be served, when that is because IMS refuses the credential. */
  notReadyBecause(): string | undefined;
  /** Ends the renewing. */
  close(): void;
}

/** How long callers should hold back while an exchange is being tried behind their backs. */
const retryAfterProbeMs = 5_000;

/** A healthy IMS answers well within this. */
const patienceMs = 1_000;

/**
 * Reuses one token until it expires, and renews it in the background before that. However many callers ask
 * at once, at most one exchange is under way in this process.
 */
export function createTokenSource(options: TokenSourceOptions): RenewingTokenSource {
  const { issuer, store, refusalDistanceMs, clock, random, log } = options;
  let lookup: Promise<AccessToken> | undefined;
  let exchange: { readonly outcome: Promise<AccessToken>; readonly inBackground: boolean } | undefined;
  /** The last exchange's, until one succeeds. */
  let failure: TokenFault | undefined;
  let latest: AccessToken | undefined;
  let refused: AccessToken | undefined;
  let droppedAtMs = Number.NEGATIVE_INFINITY;

  const plan = createRenewalPlan({ clock, random, renew });
  const isRefused = (token: AccessToken) => refused?.value.equals(token.value) ?? false;

  function adopt(kept: AccessToken): AccessToken {
    latest = kept;
    plan.watch(kept);
    return kept;
  }

  function begin(inBackground: boolean): Promise<AccessToken> {
    const outcome = issueAndKeep().finally(() => {
      exchange = undefined;
    });
    exchange = { outcome, inBackground };
    return outcome;
  }

  async function issueAndKeep(): Promise<AccessToken> {
    try {
      const issued = await issuer.issue();
      [latest, failure, refused] = [issued, undefined, undefined];
      await store.set(issuer.identity, issued, issued.expiresAtMs - clock.now());
      plan.watch(issued);
      return issued;
    } catch (error) {
      if (isTokenFault(error)) failure = error;
      throw error;
    }
  }

  /** The token stays in use until it expires, so nobody notices a renewal that fails; the log does. */
  async function renew(): Promise<void> {
    try {
      const kept = await store.get(issuer.identity);
      if (exchange) return;
      // Another process may have renewed it for all.
      if (kept && !isRefused(kept) && !plan.isDue(kept)) adopt(kept);
      else await begin(true);
    } catch (error) {
      const { message } = isTokenFault(error) ? error : { message: 'unforeseen' };
      const retryInMs = plan.again(issuer.rest()?.leftMs ?? 0);
      log.warn({ error: message, retryInMs }, 'The token could not be renewed');
    }
  }

  async function reuseOrIssue(): Promise<AccessToken> {
    const kept = await store.get(issuer.identity);
    if (kept && !isRefused(kept)) return adopt(kept);
    // After a failure nobody is made to wait for an attempt that the background makes: IMS may well hang.
    if (exchange?.inBackground && failure) throw withRetryAfter(failure, retryAfterProbeMs);
    const outcome = exchange?.outcome ?? begin(false);
    return failure ? soon(outcome, failure) : outcome;
  }

  /** After a failure an exchange gets a moment to show that IMS is back; nobody waits for one that hangs again. */
  async function soon(outcome: Promise<AccessToken>, last: TokenFault): Promise<AccessToken> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = clock.after(patienceMs, () => reject(withRetryAfter(last, retryAfterProbeMs)));
    return Promise.race([outcome, late]).finally(cancel);
  }

  function joinLookup(): Promise<AccessToken> {
    // A failure is shared by those who waited for it; how long it is kept is the issuer's rest.
    lookup ??= reuseOrIssue().finally(() => {
      lookup = undefined;
    });
    return lookup;
  }

  return {
    atHand() {
      if (latest === undefined || latest.expiresAtMs <= clock.now()) return undefined;
      plan.use();
      plan.watch(latest);
      return latest;
    },
    async current() {
      plan.use();
      const token = await joinLookup();
      // The lookup may have begun before this token was refused.
      return isRefused(token) ? joinLookup() : token;
    },
    async reject(token) {
      const kept = await store.get(issuer.identity);
      // A late refusal speaks of the token it was sent with, which may have been replaced since.
      if ([kept, latest].some((one) => one && !one.value.equals(token.value))) return;
      // A Platform that refuses every token would cost an exchange for each request. So a token that has
      // just replaced a refused one is kept: the caller sends it once more and gets Platform's refusal.
      if (clock.now() - droppedAtMs < refusalDistanceMs && !isRefused(token)) return;
      droppedAtMs = clock.now();
      [refused, latest] = [token, undefined];
      await store.delete(issuer.identity);
    },
    notReadyBecause() {
      // While a token lives everybody is served, and after the rest it takes a request to try again: this
      // process must not be kept from both.
      if (latest && latest.expiresAtMs > clock.now()) return undefined;
      const fault = issuer.rest()?.fault;
      return fault instanceof CredentialRefused ? fault.detail : undefined;
    },
    close: plan.close,
  };
}
