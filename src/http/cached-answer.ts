import type { Response } from 'express';
import type { Reading } from '../jobs/known/job-state.ts';
import type { Answer } from '../jobs/known/reader.ts';
import { answer, type Headers } from './answer.ts';
import { type Conditions, isMismatch, isUnmodified, preconditionFailed } from './conditions.ts';
import { toRetryAfter } from './fields/retry-after.ts';
import { contextOf } from './request-context.ts';

export interface CachedAnswerOptions {
  readonly conditions: Conditions | undefined;
  readonly nowMs: number;
  /** When it makes sense to look again; nothing for what does not change any more. */
  readonly retryAfterMs?: number | undefined;
  readonly headers?: Headers | undefined;
  /** The request headers that the answer depends on, besides those that a host application has named for its part. */
  readonly vary: string;
}

/**
 * Answers with what is known, as it is kept, or with 304 where the caller has these very bytes.
 *
 * @throws PreconditionFailed
 */
export function answerCached(
  response: Response,
  found: Answer<Reading>,
  { conditions, nowMs, retryAfterMs, headers, vary }: CachedAnswerOptions,
): void {
  const { representation, asOfMs } = found.known;
  const { tag } = representation;
  const cacheStatus = toCacheStatus(found, nowMs);
  contextOf(response).cacheStatus = cacheStatus;
  if (isMismatch(conditions, tag)) throw preconditionFailed();
  const isSeen = isUnmodified(conditions, tag);
  const waitMs = retryAfterMs && Math.max(retryAfterMs, found.provenance.fault?.details.retryAfterMs ?? 0);
  response.vary(vary);
  answer(response, {
    status: isSeen ? 304 : 200,
    body: isSeen ? undefined : representation.json,
    headers: {
      ...headers,
      etag: `"${tag}"`,
      age: String(Math.max(0, Math.floor((nowMs - asOfMs) / 1000))),
      'cache-status': cacheStatus,
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
