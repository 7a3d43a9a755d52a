import { readRetryAfter } from '../ims/http-answer.ts';
import type { FaultDetails, UpstreamReport } from '../problems/fault.ts';
import type { Operation, PlatformAnswer } from './call.ts';
import { classify, impliedStatus, mayHaveStarted, type Speaker } from './classify.ts';
import {
  JobNotFound,
  JobRefused,
  PlatformFailed,
  type PlatformFault,
  PlatformMalformed,
  PlatformMisconfigured,
  PlatformRefusedUs,
  PlatformThrottled,
} from './errors.ts';
import { parseAnswer } from './parse-answer.ts';
import { meaningOfCode } from './platform-codes.ts';
import { readUpstreamError, type UpstreamError } from './read-error.ts';
import { fieldsOf, textOf } from './read-fields.ts';
import { requestIdOf } from './request-id.ts';
import { locationHeaders } from './started-job.ts';

/** How long to hold off after a 429 without `Retry-After`: for callers and for ourselves. */
export const defaultThrottleMs = 30_000;

/** The same request is to be sent somewhere else (RFC 9110, 15.4.2, 15.4.8, 15.4.9): here nothing came of it. */
const notCarriedOutRedirects = new Set([301, 307, 308]);

/** No error of the gateway's is longer. */
const longestRefusal = 2_000;

/** Whether Platform refused the token, and not the credential behind it; also in an answer with 2xx. Pure. */
export function refusesToken(answer: PlatformAnswer): boolean {
  const { status, headers, text } = answer;
  // Something was started there: with another token it would be started twice.
  if (isFine(answer) && locationHeaders.some((name) => headers[name] !== undefined)) return false;
  if (!isFine(answer) && status !== 401 && status !== 403) return false;
  const read = isFine(answer) ? errorInFine(answer) : readUpstreamError(parseAnswer(text));
  const meant = read && isFine(answer) ? impliedStatus(read) : status;
  return meant !== undefined && meaningOfCode(read?.code, meant) === 'token';
}

/** Whether Platform throttles us, also in an answer with 2xx. Pure. */
export function throttles(answer: PlatformAnswer): boolean {
  if (!isFine(answer)) return answer.status === 429;
  const read = errorInFine(answer);
  return read !== undefined && impliedStatus(read) === 429;
}

const isFine = ({ status }: PlatformAnswer) => status >= 200 && status < 300;

/** The gateway's error in an answer with 2xx. What has no sign of one is not parsed for it. */
function errorInFine({ text }: PlatformAnswer): UpstreamError | undefined {
  if (text.length > longestRefusal || !text.includes('error_code')) return undefined;
  const body = parseAnswer(text);
  return isUsable(body) ? undefined : readUpstreamError(body);
}

/** An answer with a job or a page of jobs refuses nothing. */
function isUsable(body: unknown): boolean {
  const fields = fieldsOf(body);
  return fields !== undefined && ('id' in fields || 'records' in fields);
}

export interface Circumstances {
  readonly operation: Operation;
  readonly nowMs: number;
}

/**
 * The JSON of an answer with 2xx, or nothing where there is none.
 *
 * @throws PlatformFault for any other status
 */
export function judge(answer: PlatformAnswer, circumstances: Circumstances): unknown {
  const { operation } = circumstances;
  const { status } = answer;
  const body = parseAnswer(answer.text);
  if (status >= 200 && status < 300) return body;
  if (status < 400 && !notCarriedOutRedirects.has(status)) {
    const what = `a redirect (${status}), which is not followed`;
    throw malformed(operation, what, report(answer, readUpstreamError(body)));
  }
  throw toFault(answer, readUpstreamError(body), status, circumstances);
}

/**
 * The fault of an answer with 2xx whose body is not what it should be: the error that the body tells, or
 * PlatformMalformed. Pure.
 *
 * @param what is wrong with it, for the operator
 */
export function judgeUnusable(
  answer: PlatformAnswer,
  body: unknown,
  what: string,
  circumstances: Circumstances,
): PlatformFault {
  const { operation } = circumstances;
  const read = readUpstreamError(body);
  const status = impliedStatus(read);
  if (status !== undefined) return toFault(answer, read, status, circumstances);
  const seen = report(answer, read);
  if (operation === 'cancel' && saysNo(body)) {
    const detail = read.messages.join(' ') || 'Platform has not marked the job for cancelling.';
    return new JobRefused(detail, { internal: `Platform answered cancel with ${what}`, upstream: seen });
  }
  return malformed(operation, what, seen);
}

/** `{"status":false}`, or the same as a text. */
function saysNo(body: unknown): boolean {
  const status = fieldsOf(body)?.status;
  return status === false || /^false$/i.test(textOf(status) ?? '');
}

/** For an answer that arrived and cannot be used. */
export function malformed(
  operation: Operation,
  what: string,
  seen: Omit<UpstreamReport, 'service'> = {},
  cause?: unknown,
): PlatformMalformed {
  const said = seen.messages?.join(' ');
  return new PlatformMalformed(`Platform gave an answer that cannot be used${said ? `: ${said}` : '.'}`, {
    internal: `Platform answered ${operation} with ${what}`,
    upstream: { ...seen, service: 'platform' },
    mayHaveRun: operation === 'create',
    cause,
  });
}

/** `status` is the one on the wire, or the one that an error in an answer with 2xx stands for. */
function toFault(
  answer: PlatformAnswer,
  read: UpstreamError,
  status: number,
  { operation, nowMs }: Circumstances,
): PlatformFault {
  const upstream = report(answer, read);
  const said = [read.code, ...read.messages].filter(Boolean).join(': ') || 'no reason given';
  const details: FaultDetails = {
    internal: `Platform answered ${operation} with ${answer.status} (${said})`,
    upstream,
  };
  const retryAfterMs = readRetryAfter(answer.headers, nowMs);
  const meaning = classify({ operation, status, speaker: speakerOf(answer), read });

  switch (meaning) {
    case 'throttled':
      return new PlatformThrottled('Platform throttles this service.', {
        ...details,
        retryAfterMs: retryAfterMs ?? defaultThrottleMs,
      });
    case 'refuses-us':
      return new PlatformRefusedUs("Platform refuses this service's own credential or permission.", details);
    case 'misconfigured':
      return new PlatformMisconfigured(
        `The way to Platform's export jobs is not set up right: it answered with ${status}.`,
        details,
      );
    case 'no-such-job':
      return new JobNotFound('There is no such job in this sandbox.', details);
    case 'refuses-job':
      return new JobRefused(read.messages.join(' ') || 'Platform refuses the request.', details);
    case 'failed':
      return new PlatformFailed(`Platform answered with ${status}.`, {
        ...details,
        mayHaveRun: operation === 'create' && mayHaveStarted(meaning, status),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      });
  }
}

function speakerOf({ text }: PlatformAnswer): Speaker {
  return text.trim() === '' || parseAnswer(text) !== undefined ? 'platform' : 'somebody-else';
}

function report(answer: PlatformAnswer, read: UpstreamError): UpstreamReport {
  const requestId = read.requestId ?? requestIdOf(answer.headers);
  return {
    service: 'platform',
    status: answer.status,
    ...(read.code && { code: read.code }),
    ...(read.messages.length > 0 && { messages: read.messages }),
    ...(requestId && { requestId }),
  };
}
