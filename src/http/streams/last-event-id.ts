import { parseLastEventId } from '../parameters.ts';
import { queryOf } from '../request-scope.ts';
import { headerOf, type RoutedRequest } from '../routed.ts';

/**
 * The id of the last event that the caller has seen. The header counts first. Libraries that cannot send it have
 * the id in the query. An `ETag` names the same state as an event's id, so its quotes are taken off.
 */
export function readLastEventId(request: RoutedRequest): string | undefined {
  const given = headerOf(request, 'last-event-id') || parseLastEventId(queryOf(request));
  return given?.replace(/^(?:W\/)?"(.*)"$/, '$1');
}
