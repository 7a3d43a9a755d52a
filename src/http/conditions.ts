import type { IncomingHttpHeaders } from 'node:http';
import { PreconditionFailed } from './errors.ts';
import { type EntityTags, includesStrongly, includesWeakly, readEntityTags } from './fields/entity-tags.ts';

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
export function readConditions(headers: IncomingHttpHeaders): Conditions | undefined {
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
