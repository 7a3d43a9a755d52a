import { type Dispatcher, errors } from 'undici';
import type { AnswerHeaders } from '../ims/http-answer.ts';
import type { Clock } from '../observability/clock.ts';
import { createOrganizationMask } from '../observability/organization-mask.ts';
import { redact, type Secret } from '../observability/secret.ts';
import { bodyText } from './body-text.ts';
import { beginningText } from './broken-body.ts';
import type { CallContext, PlatformRequest, Send } from './call.ts';
import { callerGone } from './errors.ts';
import { Exchange } from './exchange.ts';
import { requestIdHeaders, requestIdOf } from './request-id.ts';
import { idOfBrokenJson } from './started-job.ts';
import { explainUnanswered } from './unanswered.ts';
import { createToUpstreamRequest, type UpstreamIdentity } from './upstream-request.ts';

export interface SendOptions extends UpstreamIdentity {
  readonly dispatcher: Dispatcher;
  /** For one attempt: its connection, headers and body. */
  readonly callTimeoutMs: number;
  /** Of a body that was decoded; how much of it comes over the wire is the dispatcher's. */
  readonly largestAnswerBytes: number;
  /** The proxy on the way, by host and port, for the log. */
  readonly proxyName?: string | undefined;
  readonly clock: Clock;
}

/**
 * The one place where Platform is called: over undici, once, without following redirects and without
 * retrying. If Platform quotes the token in its answer, it is masked here.
 */
export function createSend(options: SendOptions): Send {
  const { dispatcher, callTimeoutMs, largestAnswerBytes, proxyName, clock } = options;
  const hideOrganization = createOrganizationMask(options.orgId);
  const toUpstreamRequest = createToUpstreamRequest(options);

  /** An attempt to read leaves time for a retry; a create is sent once, so it may use all the time that is left. */
  function timeoutOf({ operation }: PlatformRequest, { deadlineAtMs }: CallContext): number {
    if (deadlineAtMs === undefined) return callTimeoutMs;
    const leftMs = Math.max(0, deadlineAtMs - clock.now());
    return operation === 'create' ? leftMs : Math.min(callTimeoutMs, leftMs);
  }

  return async (request, context, token) => {
    const { observe, beforeCreate } = context;
    if (request.operation === 'create') await beforeCreate?.();
    // A create or a cancel is never aborted because the caller has gone: its outcome would be unknown.
    const gone = request.method === 'GET' ? context.signal : undefined;
    const startedAtMs = clock.now();
    const timeoutMs = timeoutOf(request, context);
    if (gone?.aborted) throw callerGone();
    const exchange = new Exchange(dispatcher, toUpstreamRequest(request, context, token.reveal()));
    let isLate = false;
    const cancelDeadline = clock.after(timeoutMs, () => {
      isLate = true;
      exchange.cutOff(new errors.RequestAbortedError());
    });
    const onGone = () => exchange.cutOff(new errors.RequestAbortedError());
    gone?.addEventListener('abort', onGone, { once: true });
    try {
      const { status, headers, bytes } = await exchange.answer;
      const text = await bodyText(bytes, headers, largestAnswerBytes);
      return { status, headers: pick(headers, token), text: redact(text, [token]) };
    } catch (error) {
      if (gone?.aborted) throw callerGone();
      const { status, headers, isSent } = exchange;
      const picked = pick(headers, token);
      // The status counts even if the body broke off; and so does the header that names a created job.
      if (status !== undefined && (status >= 300 || namesJob(request, exchange))) {
        return { status, headers: picked, text: unreadable };
      }
      const beginning = await beginningOf(request, exchange);
      if (beginning !== undefined) {
        return { status: exchange.status ?? 0, headers: picked, text: redact(beginning, [token]) };
      }
      throw explainUnanswered(error, {
        operation: request.operation,
        isSent,
        status,
        requestId: requestIdOf(picked),
        proxy: proxyName,
        isLate,
        cutShort: timeoutMs < callTimeoutMs,
      });
    } finally {
      cancelDeadline();
      gone?.removeEventListener('abort', onGone);
      const durationMs = clock.now() - startedAtMs;
      // It is written down where a body that quotes our credential would not be.
      const named = requestIdOf(pick(exchange.headers, token));
      const requestId = named && hideOrganization(named);
      observe?.({ operation: request.operation, status: exchange.status, durationMs, requestId });
    }
  };
}

/** What is read of an answer's headers; no other one comes any further. */
const readHeaders = [
  ...requestIdHeaders,
  'date',
  'age',
  'retry-after',
  'retry_after',
  'content-type',
  // Where a create's job is.
  'location',
  'x-location',
];

function pick(headers: AnswerHeaders, token: Secret): AnswerHeaders {
  const picked: Record<string, string | string[]> = {};
  for (const name of readHeaders) {
    const value = headers[name];
    if (value === undefined) continue;
    picked[name] = Array.isArray(value) ? value.map((one) => redact(one, [token])) : redact(value, [token]);
  }
  return picked;
}

/** Whether the headers of a create's answer say which job it is: then it need not be read whole. */
function namesJob({ operation }: PlatformRequest, { status = 0, headers }: Exchange): boolean {
  if (operation !== 'create' || status < 200 || status > 299) return false;
  return headers.location !== undefined || headers['x-location'] !== undefined;
}

/** What came of a create's answer before it broke off, where that is enough to tell which job it is. */
async function beginningOf({ operation }: PlatformRequest, exchange: Exchange): Promise<string | undefined> {
  if (operation !== 'create' || exchange.status === undefined) return undefined;
  const { headers } = exchange;
  const text = await beginningText(exchange.received(), headers);
  return idOfBrokenJson(text) === undefined ? undefined : text;
}

/** In place of a body that cannot be read: it is not JSON, and not the empty body that some answers may have. */
const unreadable = '(a body that cannot be read)';
