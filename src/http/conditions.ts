import type { CacheEntry } from '../jobs/cache/cached.ts';
import { type Found, faultOf } from '../jobs/cache/read-through.ts';
import type { JobsContext } from '../jobs/context.ts';
import type { Clock } from '../observability/clock.ts';
import { PreconditionFailed } from './errors.ts';
import { type EntityTags, includesStrongly, includesWeakly, readEntityTags } from './fields/entity-tags.ts';
import { scopeOf } from './request-scope.ts';
import type { RoutedRequest, RoutedResponse } from './routed.ts';

/**
 * The conditions of a request, as far as we can judge them. No resource here has a modification date, so
 * `If-Modified-Since` and `If-Unmodified-Since` are ignored, and there are no ranges for `If-Range`
 * (RFC 9110, 13.1.3 to 13.1.5).
 */
export interface Conditions {
  readonly match: EntityTags | undefined;
  readonly noneMatch: EntityTags | undefined;
}

/** Nothing where the request has no condition, as most have none. */
export function readConditions({ headers }: RoutedRequest): Conditions | undefined {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (match === undefined && noneMatch === undefined) return undefined;
  return {
    match: match === undefined ? undefined : readEntityTags(match),
    noneMatch: noneMatch === undefined ? undefined : readEntityTags(noneMatch),
  };
}

/** Whether the answer to a read would be a 412: asked before `isUnmodified` (RFC 9110, 13.2.2). */
export function isMismatch(conditions: Conditions | undefined, tag: string): boolean {
  return conditions?.match !== undefined && !includesStrongly(conditions.match, tag);
}

/** Whether the caller of a read has what `tag` names. */
export function isUnmodified(conditions: Conditions | undefined, tag: string): boolean {
  return conditions?.noneMatch !== undefined && includesWeakly(conditions.noneMatch, tag);
}

export function preconditionFailed(): PreconditionFailed {
  return new PreconditionFailed('The present state is not the one that If-Match or If-None-Match asks for.');
}

interface ConditionalChange {
  readonly asker: JobsContext;
  /** Reads what the conditions are about. */
  readonly read: (asker: JobsContext) => Promise<Found<CacheEntry>>;
  readonly clock: Clock;
}

/**
 * Lets a change begin only where its conditions hold. They are judged by what a GET would answer at this moment,
 * because that is where the caller has its tag from. Platform itself knows no conditions, so a change by somebody
 * else can still come between. What is missing is not found, whatever the condition (RFC 9110, 13.2.1).
 *
 * @returns the asker, with the time that it has left
 * @throws PreconditionFailed, and what keeps the state from being read: a stale answer is no state to judge by
 */
export async function requireConditions(
  request: RoutedRequest,
  response: RoutedResponse,
  { asker, read, clock }: ConditionalChange,
): Promise<JobsContext> {
  const conditions = readConditions(request);
  if (conditions === undefined) return asker;
  // That there is something to change is what the change itself finds out.
  if (conditions.match === '*' && conditions.noneMatch === undefined) return asker;
  const { cached, source } = await read(asker);
  const fault = faultOf(source);
  if (fault !== undefined) throw fault;
  const { tag } = cached;
  if (isMismatch(conditions, tag) || isUnmodified(conditions, tag)) throw preconditionFailed();
  if (asker.waitAtMostMs === undefined) return asker;
  const spentMs = clock.now() - scopeOf(response).startedAtMs;
  return { ...asker, waitAtMostMs: Math.max(0, asker.waitAtMostMs - spentMs) };
}
