import type { CacheEntry } from '../jobs/cache/cached.ts';
import type { Answer } from '../jobs/jobs.ts';
import { answer, vary } from './answer.ts';
import { isMismatch, isUnmodified, preconditionFailed, readConditions } from './conditions.ts';
import { scopeOf } from './request-scope.ts';
import { toRetryAfter } from './retry-after.ts';
import type { RoutedRequest, RoutedResponse } from './routed.ts';
import type { Headers } from './security-headers.ts';

export interface KnownAnswerOptions {
  readonly json: string;
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
  found: Answer<CacheEntry>,
  { json, headers, dependsOn }: KnownAnswerOptions,
): void {
  const { cached, ageMs, retryAfterMs } = found;
  const { tag } = cached;
  const cacheStatus = toCacheStatus(found);
  scopeOf(response).cacheStatus = cacheStatus;
  const conditions = readConditions(request);
  if (isMismatch(conditions, tag)) throw preconditionFailed();
  const isSeen = isUnmodified(conditions, tag);
  answer(response, {
    status: isSeen ? 304 : 200,
    body: isSeen ? undefined : json,
    headers: {
      ...headers,
      etag: `"${tag}"`,
      age: String(Math.floor(ageMs / 1000)),
      'cache-status': cacheStatus,
      vary: vary(response, dependsOn),
      'retry-after': retryAfterMs === undefined ? undefined : toRetryAfter(retryAfterMs),
    },
  });
}

/** RFC 9211. The `detail` says why Platform's answer could not be had, so that a stale one is served. */
export function toCacheStatus({ source, ttlMs }: Answer<CacheEntry>): string {
  const ttl = Math.floor(ttlMs / 1000);
  if (source.kind === 'hit') return `aep-jobs-bff; hit; ttl=${ttl}`;
  const forwarded = `aep-jobs-bff; fwd=${source.reason}`;
  if (source.kind === 'forwarded') return `${forwarded}; stored${source.coalesced ? '; collapsed' : ''}`;
  const { code, details } = source.fault;
  const status = details.upstream?.status;
  return `${forwarded}${status === undefined ? '' : `; fwd-status=${status}`}; ttl=${ttl}; detail=${code}`;
}

/** For what changes something: it always goes to Platform. */
export const forwardedByMethod: Headers = { 'cache-status': 'aep-jobs-bff; fwd=method' };
