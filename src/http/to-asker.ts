import type { JobsContext, Scope } from '../jobs/context.ts';
import { callerMayBeGone } from './half-closed.ts';
import { readOwnDeadlineMs, saysNoCache } from './preferences.ts';
import { scopeOf } from './request-scope.ts';
import type { RoutedRequest, RoutedResponse } from './routed.ts';

/**
 * On whose behalf Platform may be asked for this request.
 *
 * @throws InvalidParameters
 */
export function toAsker(request: RoutedRequest, response: RoutedResponse, view: Scope): JobsContext {
  const { requestId, upstreamCalls } = scopeOf(response);
  return {
    ...view,
    requestId,
    noCache: saysNoCache(request),
    signal: whenGone(response),
    waitAtMostMs: readOwnDeadlineMs(request),
    observe: (call) => upstreamCalls.push(call),
  };
}

/** Aborted when the caller hangs up before it has its answer, or seems to. */
function whenGone(response: RoutedResponse): AbortSignal {
  const gone = new AbortController();
  // The response's `close`, not the request's, which comes as soon as the body is read.
  const onClose = () => response.writableEnded || gone.abort();
  if (response.closed) onClose();
  else response.once('close', onClose).once(callerMayBeGone, onClose);
  return gone.signal;
}
