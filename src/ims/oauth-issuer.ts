import got, { type Agents, RequestError } from 'got';
import type { Clock } from '../observability/clock.ts';
import type { Secret } from '../observability/secret.ts';
import { type TokenIssuer, tokenIdentity } from './access-token.ts';
import type { ClockOffset } from './clock-offset.ts';
import { TokenUnavailable } from './errors.ts';
import type { AnswerHeaders } from './http-answer.ts';
import type { SecretSource } from './secret-source.ts';
import { judgeTokenAnswer, toAccessToken } from './token-answer.ts';

export interface OAuthIssuerOptions {
  /** IMS's origin, without a trailing slash. */
  readonly imsUrl: string;
  readonly clientId: string;
  readonly clientSecret: SecretSource;
  readonly orgId: string;
  readonly scopes: readonly string[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Node's own agents, which know the way through a proxy. */
  readonly agents: Agents;
  readonly clockOffset: ClockOffset;
}

/** A token answer is about 2 kB; what is longer than this is no token answer. */
const largestAnswerBytes = 100_000;

/**
 * OAuth server-to-server: the client credentials grant of IMS's `/ims/token/v3`, whose `expires_in` counts
 * seconds. https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/
 */
export function createOAuthIssuer(options: OAuthIssuerOptions): TokenIssuer {
  const { imsUrl, clientId, orgId, scopes, timeoutMs, clock, clockOffset } = options;
  const http = got.extend({
    agent: options.agents,
    // The time-out is ours, below, because tests move the clock. got's other defaults that we do not want are named
    // here: a redirect would send the secret to another address.
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    headers: { accept: 'application/json', 'user-agent': 'aep-jobs-bff' },
  });

  async function exchange(clientSecret: Secret) {
    const cutOff = new AbortController();
    let isLate = false;
    const cancelDeadline = clock.after(timeoutMs, () => {
      isLate = true;
      cutOff.abort();
    });
    const call = http.post(`${imsUrl}/ims/token/v3`, {
      signal: cutOff.signal,
      form: {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret.reveal(),
        scope: scopes.join(','),
      },
    });
    call.on('downloadProgress', ({ transferred }) => {
      if (transferred > largestAnswerBytes) cutOff.abort();
    });
    try {
      return await call;
    } catch (error) {
      throw unreachable(error, isLate);
    } finally {
      cancelDeadline();
    }
  }

  return {
    identity: tokenIdentity(['oauth', imsUrl, clientId, orgId, scopes]),
    async issue() {
      const clientSecret = options.clientSecret.current();
      const [sentAtMs, sentAtWallMs] = [clock.now(), clock.wallNow()];
      const { statusCode: status, headers, body: text } = await exchange(clientSecret);
      const nowMs = clock.wallNow();
      // IMS wrote its date somewhere between the two.
      clockOffset.measure(headers.date, (sentAtWallMs + nowMs) / 2);
      const grant = judgeTokenAnswer({ status, headers, text, nowMs, secrets: [clientSecret] });
      return toAccessToken(grant.accessToken, grant.life * 1000, sentAtMs);
    },
  };
}

/** got's errors hold the whole request, the secret in its body included: only the code is taken over. */
function unreachable(error: unknown, isLate: boolean): TokenUnavailable {
  const code = error instanceof RequestError ? error.code : 'unknown';
  const detail = isLate ? 'IMS did not answer in time.' : 'IMS could not be reached.';
  return new TokenUnavailable(detail, {
    internal: `${detail} (${code})`,
    upstream: { service: 'ims' },
  });
}

/**
 * Calls IMS's root without a credential, over the same HTTP client as the token exchange, and gives the answer's
 * headers, whatever its status.
 */
export function askIms(imsUrl: string, agent: Agents) {
  const options = { agent, followRedirect: false, retry: { limit: 0 }, throwHttpErrors: false } as const;
  return async (signal: AbortSignal): Promise<AnswerHeaders> =>
    (await got.head(`${imsUrl}/`, { ...options, signal })).headers;
}
