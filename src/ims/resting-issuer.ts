import type { Clock } from '../observability/clock.ts';
import type { Secret } from '../observability/secret.ts';
import type { AccessToken, TokenIssuer } from './access-token.ts';
import { CredentialRefused, isTokenFault, type TokenFault, withRetryAfter } from './errors.ts';
import type { SecretSource } from './secret-source.ts';

/** Why IMS is not asked at the moment, and for how long yet. */
export interface Rest {
  readonly fault: TokenFault;
  readonly leftMs: number;
}

export interface RestingIssuer extends TokenIssuer {
  /** Nothing when an exchange may be tried. */
  rest(): Rest | undefined;
}

export interface RestingIssuerOptions {
  readonly issuer: TokenIssuer;
  /** What the issuer uses: when one of these changes, a refusal has said nothing about the new one. */
  readonly secrets: readonly SecretSource[];
  /** The rest after a first outage; doubled with each one that follows. */
  readonly outageRestMs: number;
  readonly longestOutageRestMs: number;
  /** A refused credential needs a person, who needs longer. */
  readonly refusedRestMs: number;
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
}

/** What IMS asks for is believed within these: 0 s would be no rest, and a slip of units one of years. */
const shortestAskedRestMs = 1_000;
const longestAskedRestMs = 60 * 60 * 1000;

/** Rests are up to a tenth shorter by chance, so that many processes do not come back in step. */
const jitter = 0.1;

/**
 * Leaves IMS alone for a while after each failure, and meanwhile fails at once with the same fault and what
 * is left of its `Retry-After`. Only the failure is kept, and never for longer than the rest.
 */
export function createRestingIssuer(options: RestingIssuerOptions): RestingIssuer {
  const { issuer, clock } = options;
  let resting: { fault: TokenFault; untilMs: number; tried: readonly Secret[] } | undefined;
  let outages = 0;

  const readSecrets = () => options.secrets.map((source) => source.current());
  const haveChanged = (since: readonly Secret[]) =>
    readSecrets().some((secret, index) => !since[index]?.equals(secret));

  function restMs(fault: TokenFault): number {
    const askedMs = fault.details.retryAfterMs;
    if (askedMs !== undefined) {
      return Math.min(Math.max(askedMs, shortestAskedRestMs), longestAskedRestMs);
    }
    const nominalMs =
      fault instanceof CredentialRefused
        ? options.refusedRestMs
        : Math.min(options.outageRestMs * 2 ** (outages - 1), options.longestOutageRestMs);
    return nominalMs * (1 - jitter * options.random());
  }

  function rest(): Rest | undefined {
    if (resting === undefined) return undefined;
    const leftMs = resting.untilMs - clock.now();
    if (leftMs <= 0) return undefined;
    if (resting.fault instanceof CredentialRefused && haveChanged(resting.tried)) return undefined;
    return { fault: resting.fault, leftMs };
  }

  async function attempt(mayRepeat: boolean): Promise<AccessToken> {
    const tried = readSecrets();
    try {
      const issued = await issuer.issue();
      resting = undefined;
      outages = 0;
      return issued;
    } catch (error) {
      if (!isTokenFault(error)) throw error;
      const isRefusal = error instanceof CredentialRefused;
      // The file was replaced while the old secret was on its way: nobody has to fail for that.
      if (isRefusal && mayRepeat && haveChanged(tried)) return attempt(false);
      outages = isRefusal ? 0 : outages + 1;
      const leftMs = restMs(error);
      resting = { fault: error, untilMs: clock.now() + leftMs, tried };
      throw withRetryAfter(error, leftMs);
    }
  }

  return {
    identity: issuer.identity,
    rest,
    async issue() {
      const now = rest();
      if (now) throw withRetryAfter(now.fault, now.leftMs);
      return attempt(true);
    },
  };
}
