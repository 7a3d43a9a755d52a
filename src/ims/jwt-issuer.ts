import type { Clock } from '../observability/clock.ts';
import { errorCode } from '../observability/error-code.ts';
import { redact, type Secret } from '../observability/secret.ts';
import { type TokenIssuer, tokenIdentity } from './access-token.ts';
import { CredentialRefused, TokenUnavailable } from './errors.ts';
import type { SecretSource } from './secret-source.ts';
import { isTransientError, refusal, toAccessToken } from './token-answer.ts';
import { readGrant } from './token-grant.ts';

export interface JwtIssuerOptions {
  /** IMS's origin, without a trailing slash: one would break the audience of the assertion. */
  readonly imsUrl: string;
  readonly clientId: string;
  readonly clientSecret: SecretSource;
  readonly orgId: string;
  readonly technicalAccountId: string;
  /** PEM with real newlines and without a passphrase, see `withoutPassphrase`. */
  readonly privateKey: SecretSource;
  readonly metaScopes: readonly string[];
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * The legacy JWT service account: IMS's `/ims/exchange/jwt/`, whose `expires_in` counts milliseconds.
 *
 * Wraps @adobe/jwt-auth 2.0, which has no time-out, loses the status of an answer that is not JSON, and puts
 * the whole answer, token included, into one of its error messages. Nothing of its errors is kept but a code
 * and, for an error that IMS named, the description.
 */
export function createJwtIssuer(options: JwtIssuerOptions): TokenIssuer {
  const { imsUrl, clientId, orgId, technicalAccountId, metaScopes, clock } = options;

  async function exchange(): Promise<unknown> {
    // With an HTTP client of its own and much else, and only for credentials that Adobe has ended.
    const { default: authorize } = await import('@adobe/jwt-auth');
    const clientSecret = options.clientSecret.current();
    const privateKey = options.privateKey.current();
    try {
      return await authorize({
        ims: imsUrl,
        clientId,
        clientSecret: clientSecret.reveal(),
        orgId,
        technicalAccountId,
        privateKey: privateKey.reveal(),
        metaScopes: [...metaScopes],
      });
    } catch (error) {
      throw judgeJwtError(error, [clientSecret, privateKey]);
    }
  }

  return {
    identity: tokenIdentity(['jwt', imsUrl, clientId, orgId, technicalAccountId, metaScopes]),
    async issue() {
      const sentAtMs = clock.now();
      const grant = readGrant(await within(options.timeoutMs, clock, exchange()));
      if ('reason' in grant) {
        throw unavailable('IMS gave no token.', `IMS answered the JWT exchange with ${grant.reason}`);
      }
      return toAccessToken(grant.accessToken, grant.life, sentAtMs);
    },
  };
}

function judgeJwtError(error: unknown, secrets: readonly Secret[]): TokenUnavailable | CredentialRefused {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : '';
  switch (code) {
    case 'sign_failed':
      return new CredentialRefused("This service's private key cannot sign.", {
        internal: 'ADOBE_PRIVATE_KEY or ADOBE_PRIVATE_KEY_PASSPHRASE cannot sign an RS256 assertion',
      });
    case 'request_failed':
      return unavailable('IMS could not be reached.', 'The JWT exchange could not reach IMS');
    case undefined:
    case 'invalid_response_body':
      return unavailable('IMS gave no token.', 'IMS answered the JWT exchange with something unreadable');
  }
  const upstream = {
    service: 'ims' as const,
    code: redact(code, secrets),
    messages: [redact(message, secrets)],
  };
  if (isTransientError(code)) return unavailable('IMS gave no token.', `IMS answered with ${code}`, upstream);
  // `internal_error`, «Please try again later», included: a project that was converted to OAuth gets it for ever.
  return refusal(upstream);
}

function unavailable(
  detail: string,
  internal: string,
  upstream: TokenUnavailable['details']['upstream'] & object = { service: 'ims' },
): TokenUnavailable {
  return new TokenUnavailable(detail, { internal, upstream });
}

/** Gives up on `work` after `timeoutMs`; the library knows no way to cut it off, so it ends by itself. */
async function within<Value>(timeoutMs: number, clock: Clock, work: Promise<Value>): Promise<Value> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const cancel = clock.after(timeoutMs, () =>
    reject(unavailable('IMS did not answer in time.', `The JWT exchange took over ${timeoutMs} ms`)),
  );
  try {
    return await Promise.race([work, deadline]);
  } finally {
    cancel();
  }
}
