import { requirePermission } from '../callers/require-permission.ts';
import type { CacheEntry } from '../jobs/cache/cached.ts';
import { type Found, staleFaultOf } from '../jobs/cache/read-through.ts';
import type { Clock } from '../observability/clock.ts';
import { isMismatch, isUnmodified, preconditionFailed } from './conditions.ts';
import type { JobsRequest } from './jobs-request.ts';

/**
 * Lets a change begin only where its conditions hold. They are judged by what a GET would answer at this moment,
 * because that is where the caller has its tag from. Platform itself knows no conditions, so a change by somebody
 * else can still come between. What is missing is not found, whatever the condition (RFC 9110, 13.2.1).
 *
 * @param read reads what the conditions are about
 * @returns the caller's request, with the time that it has left
 * @throws PreconditionFailed, PermissionMissing, and what keeps the state from being read: a stale answer is no state to judge by
 */
export async function requireConditions(
  asked: JobsRequest,
  read: (asked: JobsRequest) => Promise<Found<CacheEntry>>,
  clock: Clock,
): Promise<JobsRequest> {
  const { conditions, waitAtMostMs, startedAtMs } = asked;
  if (conditions === undefined) return asked;
  // That there is something to change is what the change itself finds out.
  if (conditions.match === '*' && conditions.noneMatch === undefined) return asked;
  // Whether a condition holds says something of the state.
  requirePermission(asked.caller, 'jobs:read');
  const { cached, source } = await read(asked);
  const fault = staleFaultOf(source);
  if (fault !== undefined) throw fault;
  const { tag } = cached;
  if (isMismatch(conditions, tag) || isUnmodified(conditions, tag)) throw preconditionFailed();
  if (waitAtMostMs === undefined) return asked;
  return { ...asked, waitAtMostMs: Math.max(0, waitAtMostMs - (clock.now() - startedAtMs)) };
}
