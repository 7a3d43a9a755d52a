import type { Request } from 'express';
import { queryOf } from '../fields/request-target.ts';
import { parseLastEventId } from '../parameters.ts';

/**
 * The id of the last event that the caller has seen. The header counts first. Libraries that cannot send it have
 * the id in the query. An `ETag` names the same state as an event's id, so its quotes are taken off.
 */
export function readLastEventId(request: Request): string | undefined {
  const given = request.get('last-event-id') || parseLastEventId(queryOf(request));
  return given?.replace(/^(?:W\/)?"(.*)"$/, '$1');
}
