import { z } from 'zod';
import { redact, Secret } from '../observability/secret.ts';
import type { UpstreamReport } from '../problems/fault.ts';
import { type AccessToken, isCredibleLife } from './access-token.ts';
import { CredentialRefused, TokenUnavailable } from './errors.ts';
import { type AnswerHeaders, firstHeader, parseJson, readRetryAfter } from './http-answer.ts';
import { type Grant, readGrant } from './token-grant.ts';

export interface TokenAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
  readonly nowMs: number;
  /** Masked where IMS quotes them in its answer. */
  readonly secrets: readonly Secret[];
}

const refusalSchema = z.object({
  error: z.string().min(1),
  error_description: z.string().optional().catch(undefined),
});

const tokenSchema = z.object({ access_token: z.string() });

/** OAuth's own words for a state that is transient; everything else that IMS names is a refusal. */
const transientErrors = new Set(['server_error', 'temporarily_unavailable', 'slow_down']);

/** Whether an error that IMS names says nothing of the credential. */
export const isTransientError = (error: string) => transientErrors.has(error);

/**
 * Turns the answer of `/ims/token/v3` into what was granted, or into the fault that it stands for. Pure.
 *
 * @throws CredentialRefused for a 4xx, or a 2xx without a token, with an OAuth error in it; TokenUnavailable for
 *   everything else: 5xx, 429, HTML, and whatever makes no sense.
 */
export function judgeTokenAnswer(answer: TokenAnswer): Grant {
  const { status, headers, nowMs } = answer;
  // Some gateways put a byte order mark in front, which is no JSON (RFC 8259, 8.1: it may be ignored).
  const body = parseJson(answer.text.replace(/^\ufeff/, ''));
  const isSuccess = status >= 200 && status < 300;
  const granted = readGrant(body);
  if (isSuccess && 'accessToken' in granted) return granted;

  const refused = refusalSchema.safeParse(body).data;
  const upstream = report(answer, body, refused);
  const isClientError = status >= 400 && status < 500 && ![408, 429].includes(status);
  const retryAfterMs = readRetryAfter(headers, nowMs);
  if (refused && (isClientError || isSuccess) && !isTransientError(refused.error)) {
    throw refusal(upstream, retryAfterMs);
  }
  const what = isSuccess && !refused && 'reason' in granted ? `with ${granted.reason}` : 'without a token';
  throw new TokenUnavailable('IMS gave no token.', {
    internal: `IMS answered ${status} ${what}`,
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
  return { value: new Secret(value), issuedAtMs: sentAtMs, expiresAtMs: sentAtMs + Math.floor(lifeMs) };
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

function report(
  { status, headers, secrets }: TokenAnswer,
  body: unknown,
  refused: z.output<typeof refusalSchema> | undefined,
): UpstreamReport {
  // A token that came with an error is masked, too.
  const { data: token } = tokenSchema.safeParse(body);
  const masked = token ? [...secrets, new Secret(token.access_token)] : secrets;
  const debugId = firstHeader(headers, 'x-debug-id');
  return {
    service: 'ims',
    status,
    ...(refused && { code: redact(refused.error, masked) }),
    ...(refused?.error_description && { messages: [redact(refused.error_description, masked)] }),
    ...(debugId && { requestId: redact(debugId, masked) }),
  };
}
