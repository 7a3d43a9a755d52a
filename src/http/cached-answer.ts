import type { Response } from 'express';
import type { CacheEntry } from '../jobs/cache/cached.ts';
import type { Answer } from '../jobs/jobs.ts';
import { answer, type Headers } from './answer.ts';
import { type Conditions, isMismatch, isUnmodified, preconditionFailed } from './conditions.ts';
import { toRetryAfter } from './fields/retry-after.ts';
import { contextOf } from './request-context.ts';

export interface CachedAnswerOptions {
  readonly json: string;
  readonly conditions: Conditions | undefined;
  readonly headers?: Headers | undefined;
  /** The request headers that the answer depends on, besides those that a host application has named for its part. */
  readonly vary: string;
}

/**
 * Answers a read with its text, or with 304 if the caller has this very text already.
 *
 * @throws PreconditionFailed
 */
export function answerCached(
  response: Response,
  found: Answer<CacheEntry>,
  { json, conditions, headers, vary }: CachedAnswerOptions,
): void {
  const { cached, ageMs, retryAfterMs } = found;
  const { tag } = cached;
  const cacheStatus = toCacheStatus(found);
  contextOf(response).cacheStatus = cacheStatus;
  if (isMismatch(conditions, tag)) throw preconditionFailed();
  const isSeen = isUnmodified(conditions, tag);
  // Express's own takes over a microsecond to add to what a host has named, and nearly always there is nothing.
  if (response.hasHeader('vary')) response.vary(vary);
  else response.setHeader('vary', vary);
  answer(response, {
    status: isSeen ? 304 : 200,
    body: isSeen ? undefined : json,
    headers: {
      ...headers,
      etag: `"${tag}"`,
      age: String(Math.floor(ageMs / 1000)),
      'cache-status': cacheStatus,
      'retry-after': retryAfterMs === undefined ? undefined : toRetryAfter(retryAfterMs),
    },
  });
}

/** RFC 9211. The `detail` says why Platform's answer could not be had, so that a stale one is served. */
function toCacheStatus({ source, ttlMs }: Answer<CacheEntry>): string {
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
