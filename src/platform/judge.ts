import { firstHeader, parseJson, readRetryAfter } from '../ims/http-answer.ts';
import type { FaultDetails, UpstreamReport } from '../observability/fault.ts';
import type { Operation, PlatformAnswer } from './call.ts';
import {
  JobNotFound,
  JobRefused,
  PlatformFailed,
  type PlatformFault,
  PlatformMalformed,
  PlatformRefusedUs,
  PlatformThrottled,
} from './errors.ts';
import { readUpstreamError, type UpstreamError } from './read-error.ts';

/** The gateway's ways to say «this token»: a new one may help. */
const tokenRefusals = new Set(['401 401013', '403 403010', '403 403020']);

/** «Could not read the profile»: sent as 403, but the gateway's own trouble, and it passes. */
const passingCodeOf403 = '503020';

/** «Missing header»: a 400 that is our mistake, not the caller's. */
const ourMistakeOf400 = '400003';

/** How long callers hold back from a throttled credential, and we do too, when Platform does not say. */
export const defaultThrottleMs = 30_000;

/** Whether Platform refused the token rather than us. Pure. */
export function refusesToken({ status, text }: PlatformAnswer): boolean {
  if (status !== 401 && status !== 403) return false;
  return tokenRefusals.has(`${status} ${readUpstreamError(parseJson(text)).code}`);
}

interface Circumstances {
  readonly operation: Operation;
  readonly nowMs: number;
}

/**
 * Turns an answer into its JSON (nothing for an empty answer to a cancel), or into the fault that it
 * stands for. Pure.
 *
 * @throws PlatformFault
 */
export function judge(answer: PlatformAnswer, circumstances: Circumstances): unknown {
  const { operation } = circumstances;
  const { status, text } = answer;
  const body = parseJson(text);
  if (status >= 200 && status < 300) {
    if (body !== undefined) return body;
    if (operation === 'cancel' && text.trim() === '') return undefined;
    throw malformed(operation, `${status} without JSON`, { status });
  }
  if (status < 400) throw malformed(operation, `a redirect (${status}), which is not followed`, { status });
  throw toFault(answer, readUpstreamError(body), circumstances);
}

/** For an answer that arrived and cannot be used. */
export function malformed(
  operation: Operation,
  what: string,
  seen: Omit<UpstreamReport, 'service'> = {},
  cause?: unknown,
): PlatformMalformed {
  return new PlatformMalformed('Platform gave an answer that cannot be used.', {
    internal: `Platform answered ${operation} with ${what}`,
    upstream: { service: 'platform', ...seen },
    mayHaveRun: operation === 'create',
    cause,
  });
}

function toFault(answer: PlatformAnswer, read: UpstreamError, circumstances: Circumstances): PlatformFault {
  const { status } = answer;
  const { operation } = circumstances;
  const upstream = report(answer, read);
  const said = [upstream.code, ...(upstream.messages ?? [])].filter(Boolean).join(': ') || 'no reason given';
  const details: FaultDetails = {
    internal: `Platform answered ${operation} with ${status} (${said})`,
    upstream,
  };
  const retryAfterMs = readRetryAfter(answer.headers, circumstances.nowMs);

  if (status === 429) {
    return new PlatformThrottled('Platform throttles this service.', {
      ...details,
      retryAfterMs: retryAfterMs ?? defaultThrottleMs,
    });
  }
  const refusesUs = status === 401 || (status === 403 && read.code !== passingCodeOf403);
  if (refusesUs || (status === 400 && read.code === ourMistakeOf400)) {
    return new PlatformRefusedUs("Platform refuses this service's own credential or permission.", details);
  }
  if (status === 404 && (operation === 'get' || operation === 'cancel')) {
    return new JobNotFound('There is no such job in this sandbox.', details);
  }
  if (status === 400 || status === 409 || status === 422) {
    return new JobRefused(upstream.messages?.join(' ') || 'Platform refuses the request.', details);
  }
  return new PlatformFailed(`Platform answered with ${status}.`, {
    ...details,
    mayHaveRun: operation === 'create' && (status >= 500 || status === 408),
    // A 4xx that nobody expects speaks of a wrong address or of a proxy, and does not pass.
    permanent: status < 500 && status !== 408 && read.code !== passingCodeOf403,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function report(answer: PlatformAnswer, read: UpstreamError): UpstreamReport {
  const requestId = read.requestId ?? firstHeader(answer.headers, 'x-request-id');
  return {
    service: 'platform',
    status: answer.status,
    ...(read.code && { code: read.code }),
    ...(read.messages.length > 0 && { messages: read.messages }),
    ...(requestId && { requestId }),
  };
}
