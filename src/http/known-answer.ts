import type { Reading } from '../jobs/known/job-state.ts';
import type { Answer } from '../jobs/known/reader.ts';
import { answer, vary } from './answer.ts';
import { isMismatch, isUnmodified, preconditionFailed, readConditions } from './conditions.ts';
import { scopeOf } from './request-scope.ts';
import { toRetryAfter } from './retry-after.ts';
import type { RoutedRequest, RoutedResponse } from './routed.ts';
import type { Headers } from './security-headers.ts';

export interface KnownAnswerOptions {
  readonly nowMs: number;
  /** When it makes sense to look again; nothing for what does not change any more. */
  readonly retryAfterMs?: number | undefined;
  readonly headers?: Headers | undefined;
  /** The request headers that the answer depends on. */
  readonly dependsOn: string;
}

/**
 * Answers with what is known, as it is kept, or with 304 where the caller has these very bytes.
 *
 * @throws PreconditionFailed
 */
export function answerKnown(
  request: RoutedRequest,
  response: RoutedResponse,
  found: Answer<Reading>,
  { nowMs, retryAfterMs, headers, dependsOn }: KnownAnswerOptions,
): void {
  const { representation, asOfMs } = found.known;
  const { tag } = representation;
  const cacheStatus = toCacheStatus(found, nowMs);
  scopeOf(response).cacheStatus = cacheStatus;
  const conditions = readConditions(request);
  if (isMismatch(conditions, tag)) throw preconditionFailed();
  const isSeen = isUnmodified(conditions, tag);
  const waitMs = retryAfterMs && Math.max(retryAfterMs, found.provenance.fault?.details.retryAfterMs ?? 0);
  answer(response, {
    status: isSeen ? 304 : 200,
    body: isSeen ? undefined : representation.json,
    headers: {
      ...headers,
      etag: `"${tag}"`,
      age: String(Math.max(0, Math.floor((nowMs - asOfMs) / 1000))),
      'cache-status': cacheStatus,
      vary: vary(response, dependsOn),
      'retry-after': waitMs === undefined ? undefined : toRetryAfter(waitMs),
    },
  });
}

/** RFC 9211. With a `detail` it stands in for an answer that could not be had, and that says why. */
export function toCacheStatus({ known, provenance }: Answer<Reading>, nowMs: number): string {
  const { forwarded, collapsed, fault } = provenance;
  const how = forwarded === undefined ? 'aep-jobs-bff; hit' : `aep-jobs-bff; fwd=${forwarded}`;
  if (forwarded !== undefined && fault === undefined)
    return `${how}; stored${collapsed ? '; collapsed' : ''}`;
  const ttl = Math.floor((known.freshUntilMs - nowMs) / 1000);
  if (fault === undefined) return `${how}; ttl=${ttl}`;
  const status = forwarded && fault.details.upstream?.status;
  return `${how}${status === undefined ? '' : `; fwd-status=${status}`}; ttl=${ttl}; detail=${fault.code}`;
}

/** For what changes something: it always goes to Platform. */
export const forwardedByMethod: Headers = { 'cache-status': 'aep-jobs-bff; fwd=method' };
