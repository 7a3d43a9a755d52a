import { z } from 'zod';
import type { UpstreamReport } from '../observability/fault.ts';
import { redact, Secret } from '../observability/secret.ts';
import { type AccessToken, isCredibleLife } from './access-token.ts';
import { CredentialRefused, TokenUnavailable } from './errors.ts';
import { type AnswerHeaders, firstHeader, parseJson, readRetryAfter } from './http-answer.ts';

export interface TokenAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
  readonly nowMs: number;
  /** What IMS may quote back at us and nobody may see. */
  readonly secrets: readonly Secret[];
}

/** What IMS grants on both of its endpoints. */
export const grantSchema = z.object({ access_token: z.string().min(1), expires_in: z.number() });
export type Grant = z.output<typeof grantSchema>;

const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/**
 * Turns the answer of `/ims/token/v3` into what was granted, or into the fault that it stands for. Pure.
 *
 * @throws CredentialRefused for a 4xx with an OAuth error in it; TokenUnavailable for everything else: 5xx,
 *   429, HTML, and whatever makes no sense.
 */
export function judgeTokenAnswer(answer: TokenAnswer): Grant {
  const body = parseJson(answer.text);
  const granted = grantSchema.safeParse(body);
  if (answer.status === 200 && granted.success) return granted.data;

  const refused = refusalSchema.safeParse(body).data;
  const upstream = report(answer, refused);
  const understood = answer.status >= 400 && answer.status < 500 && ![408, 429].includes(answer.status);
  const retryAfterMs = readRetryAfter(answer.headers, answer.nowMs);
  if (understood && refused) throw refusal(upstream, retryAfterMs);
  throw new TokenUnavailable('IMS gave no token.', {
    internal: `IMS answered ${answer.status} without a token`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    upstream,
  });
}

/** @throws TokenUnavailable when the life is not to be believed, see `isCredibleLife`. */
export function toAccessToken(value: string, lifeMs: number, sentAtMs: number): AccessToken {
  if (!isCredibleLife(lifeMs)) {
    throw new TokenUnavailable('IMS gave a token with a life that cannot be right.', {
      internal: `IMS gave a token with a life of ${lifeMs} ms; only 5 s to 48 h is believed`,
      upstream: { service: 'ims' },
    });
  }
  // Counted from when the exchange was sent: a slow answer must not let the token outlive itself.
  return { value: new Secret(value), issuedAtMs: sentAtMs, expiresAtMs: sentAtMs + lifeMs };
}

/** The fault for a credential that IMS understood and refused. */
export function refusal(upstream: UpstreamReport, retryAfterMs?: number): CredentialRefused {
  const said = [upstream.code, ...(upstream.messages ?? [])].join(': ');
  return new CredentialRefused("Adobe refuses this service's credential.", {
    internal: `IMS refuses the credential (${said}); check the ADOBE_* settings against the Developer Console`,
    upstream,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function report(answer: TokenAnswer, refused: z.output<typeof refusalSchema> | undefined): UpstreamReport {
  const debugId = firstHeader(answer.headers, 'x-debug-id');
  return {
    service: 'ims',
    status: answer.status,
    ...(refused && { code: redact(refused.error, answer.secrets) }),
    ...(refused?.error_description && { messages: [redact(refused.error_description, answer.secrets)] }),
    ...(debugId && { requestId: redact(debugId, answer.secrets) }),
  };
}
