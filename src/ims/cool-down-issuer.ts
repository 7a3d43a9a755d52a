import type { Clock } from '../observability/clock.ts';
import type { Secret } from '../observability/secret.ts';
import type { AccessToken, TokenIssuer } from './access-token.ts';
import { CredentialRefused, isTokenFault, type TokenFault, withRetryAfter } from './errors.ts';
import type { SecretSource } from './secret-source.ts';

/** Why IMS is not called at the moment, and for how long yet. */
export interface CoolDown {
  readonly fault: TokenFault;
  readonly leftMs: number;
}

export interface CoolDownIssuer extends TokenIssuer {
  /** Undefined when an exchange may be tried. */
  coolDown(): CoolDown | undefined;
}

export interface CoolDownIssuerOptions {
  readonly issuer: TokenIssuer;
  /** What the issuer uses: when one of these changes, an earlier refusal says nothing about the new one. */
  readonly secrets: readonly SecretSource[];
  /** The cool-down after a first outage; doubled with each outage that follows. */
  readonly outageCoolDownMs: number;
  readonly longestOutageCoolDownMs: number;
  /** A refused credential needs a person, who needs longer. */
  readonly refusedCoolDownMs: number;
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
}

/** IMS's own `Retry-After` is kept within these: 0 s would be no cool-down, and a wrong unit would make it years. */
const shortestRetryAfterMs = 1_000;
const longestRetryAfterMs = 60 * 60 * 1000;

/** A cool-down is up to a tenth shorter at random, so that many processes do not call IMS again at the same moment. */
const jitter = 0.1;

/**
 * Does not call IMS for a while after each failure. Until then each call fails at once, with the same fault and with
 * what is left of the time as its `Retry-After`. Only the failure is kept, and no longer than the cool-down.
 */
export function createCoolDownIssuer(options: CoolDownIssuerOptions): CoolDownIssuer {
  const { issuer, clock } = options;
  let failed: { fault: TokenFault; untilMs: number; tried: readonly Secret[] } | undefined;
  let outages = 0;

  const readSecrets = () => options.secrets.map((source) => source.current());
  const haveChanged = (since: readonly Secret[]) =>
    readSecrets().some((secret, index) => !since[index]?.equals(secret));

  function coolDownMs(fault: TokenFault): number {
    const askedMs = fault.details.retryAfterMs;
    if (askedMs !== undefined) {
      return Math.min(Math.max(askedMs, shortestRetryAfterMs), longestRetryAfterMs);
    }
    const nominalMs =
      fault instanceof CredentialRefused
        ? options.refusedCoolDownMs
        : Math.min(options.outageCoolDownMs * 2 ** (outages - 1), options.longestOutageCoolDownMs);
    return nominalMs * (1 - jitter * options.random());
  }

  function coolDown(): CoolDown | undefined {
    if (failed === undefined) return undefined;
    const leftMs = failed.untilMs - clock.now();
    if (leftMs <= 0) return undefined;
    if (failed.fault instanceof CredentialRefused && haveChanged(failed.tried)) return undefined;
    return { fault: failed.fault, leftMs };
  }

  async function attempt(mayRepeat: boolean): Promise<AccessToken> {
    const tried = readSecrets();
    try {
      const issued = await issuer.issue();
      failed = undefined;
      outages = 0;
      return issued;
    } catch (error) {
      if (!isTokenFault(error)) throw error;
      const isRefusal = error instanceof CredentialRefused;
      // The file was replaced while the old secret was sent: try once more with the new one.
      if (isRefusal && mayRepeat && haveChanged(tried)) return attempt(false);
      outages = isRefusal ? 0 : outages + 1;
      const leftMs = coolDownMs(error);
      failed = { fault: error, untilMs: clock.now() + leftMs, tried };
      throw withRetryAfter(error, leftMs);
    }
  }

  return {
    identity: issuer.identity,
    coolDown,
    async issue() {
      const current = coolDown();
      if (current) throw withRetryAfter(current.fault, current.leftMs);
      return attempt(true);
    },
  };
}
