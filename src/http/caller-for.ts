import type { Caller, IdentifyCaller } from './caller.ts';
import { scopeOf } from './request-scope.ts';
import type { RoutedRequest, RoutedResponse } from './routed.ts';

/**
 * Who sends this request, asked once.
 *
 * @throws TypeError where the host's function names nobody: everybody would be in one view otherwise
 */
export function callerFor(
  request: RoutedRequest,
  response: RoutedResponse,
  identify: IdentifyCaller,
): Caller {
  const scope = scopeOf(response);
  scope.caller ??= checked(identify(request));
  return scope.caller;
}

function checked(caller: Caller): Caller {
  if (typeof caller?.id === 'string' && typeof caller.permission === 'string') return caller;
  throw new TypeError('callerOf has to answer { id, permission } with two texts, and at once');
}
