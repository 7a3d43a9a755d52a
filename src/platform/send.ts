import { type Dispatcher, errors } from 'undici';
import { type AnswerHeaders, firstHeader } from '../ims/http-answer.ts';
import type { Clock } from '../observability/clock.ts';
import { errorCode } from '../observability/error-code.ts';
import { redact, type Secret } from '../observability/secret.ts';
import type { CallContext, PlatformRequest, Send } from './call.ts';
import { type PlatformFault, PlatformTimedOut, PlatformUnreachable, RequestAbandoned } from './errors.ts';
import { Exchange } from './exchange.ts';
import { malformed } from './judge.ts';

export interface SendOptions {
  readonly dispatcher: Dispatcher;
  /** Platform's origin. */
  readonly origin: string;
  readonly apiKey: string;
  readonly orgId: string;
  /** For one attempt: its connection, headers and body. */
  readonly callTimeoutMs: number;
  readonly clock: Clock;
}

/**
 * The one place where Platform is called: over undici, once, without following redirects and without
 * retrying. The headers are built from nothing; of the caller's request only its id goes along.
 * Should Platform quote the token back at us, it is masked before anybody reads the answer.
 */
export function createSend(options: SendOptions): Send {
  const { dispatcher, origin, apiKey, orgId, callTimeoutMs, clock } = options;
  const fixed = ['accept', 'application/json', 'x-api-key', apiKey, 'x-gw-ims-org-id', orgId];

  /** Names and values in turn. */
  function headersOf(
    { body }: PlatformRequest,
    { sandbox, requestId }: CallContext,
    token: Secret,
  ): string[] {
    const headers = [...fixed, 'authorization', `Bearer ${token.reveal()}`];
    headers.push('x-sandbox-name', sandbox, 'x-request-id', requestId);
    if (body !== undefined) headers.push('content-type', 'application/json');
    return headers;
  }

  /** An attempt to read leaves time for another one; a create is made once, so all the time is its own. */
  function timeoutOf({ operation }: PlatformRequest, { deadlineAtMs }: CallContext): number {
    if (deadlineAtMs === undefined) return callTimeoutMs;
    const leftMs = Math.max(0, deadlineAtMs - clock.now());
    return operation === 'create' ? leftMs : Math.min(callTimeoutMs, leftMs);
  }

  return async (request, context, token) => {
    const { observe } = context;
    // What changes something is never cut off by a caller that has gone: nobody could tell what became of it.
    const gone = request.method === 'GET' ? context.signal : undefined;
    const startedAtMs = clock.now();
    const timeoutMs = timeoutOf(request, context);
    if (gone?.aborted) throw abandoned();
    const exchange = new Exchange(dispatcher, {
      origin,
      path: request.path,
      method: request.method,
      headers: headersOf(request, context, token),
      body: request.body ?? null,
    });
    let isLate = false;
    const cancelDeadline = clock.after(timeoutMs, () => {
      isLate = true;
      exchange.cutOff(new errors.RequestAbortedError());
    });
    const onGone = () => exchange.cutOff(new errors.RequestAbortedError());
    gone?.addEventListener('abort', onGone, { once: true });
    try {
      const { status, headers, text } = await exchange.answer;
      // Of an answer that went well no header is of any use.
      return { status, headers: status < 300 ? {} : pick(headers, token), text: redact(text, [token]) };
    } catch (error) {
      if (gone?.aborted) throw abandoned();
      const { status } = exchange;
      throw toFault(error, request, { status, isLate, cutShort: timeoutMs < callTimeoutMs });
    } finally {
      cancelDeadline();
      gone?.removeEventListener('abort', onGone);
      const durationMs = clock.now() - startedAtMs;
      observe?.({ operation: request.operation, status: exchange.status, durationMs });
    }
  };
}

const abandoned = () => new RequestAbandoned('The caller has gone.');

/** What is read of an answer's headers; no other one comes any further. */
const readHeaders = ['x-request-id', 'date', 'retry-after', 'retry_after'];

function pick(headers: AnswerHeaders, token: Secret): AnswerHeaders {
  return Object.fromEntries(
    readHeaders.flatMap((name) => {
      const value = firstHeader(headers, name);
      return value === undefined ? [] : [[name, redact(value, [token])]];
    }),
  );
}

/** With these no connection came about, so nothing of the request was sent. */
const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function toFault(
  error: unknown,
  { operation }: PlatformRequest,
  { status, isLate, cutShort }: { status: number | undefined; isLate: boolean; cutShort: boolean },
): PlatformFault {
  const code = errorCode(error) ?? 'unknown';
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return malformed(
      operation,
      'more than the largest answer that is read',
      status === undefined ? {} : { status },
    );
  }
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return malformed(operation, `something that is not HTTP (${code})`);
  }
  const details = {
    upstream: { service: 'platform' as const, ...(status !== undefined && { status }) },
    mayHaveRun: operation === 'create' && !unsentCodes.has(code),
    cause: error,
  };
  if (isLate || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    const internal = `Platform did not answer ${operation} in time (${code})`;
    return new PlatformTimedOut('Platform did not answer in time.', { ...details, internal, cutShort });
  }
  const internal = `Platform could not be reached for ${operation}, or broke off (${code})`;
  return new PlatformUnreachable('Platform could not be reached.', { ...details, internal });
}
