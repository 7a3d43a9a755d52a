import got from 'got';
import type { AnswerHeaders } from './http-answer.ts';
import type { OAuthIssuerOptions } from './oauth-issuer.ts';

/**
 * Asks IMS for nothing in particular, without a credential, over the client that exchanges it for tokens, and gives
 * the headers of whatever answer comes.
 */
export function askIms(imsUrl: string, agent: OAuthIssuerOptions['agents']) {
  const options = { agent, followRedirect: false, retry: { limit: 0 }, throwHttpErrors: false } as const;
  return async (signal: AbortSignal): Promise<AnswerHeaders> =>
    (await got.head(`${imsUrl}/`, { ...options, signal })).headers;
}
