import type { Request, Response } from 'express';
import type { Asker } from '../jobs/asker.ts';
import { chooseSandbox } from '../jobs/parse-parameters.ts';
import type { IdentifyCaller } from './caller.ts';
import { readOwnDeadlineMs, saysNoCache } from './preferences.ts';
import { scopeOf } from './request-scope.ts';

export interface AskerOptions {
  /** The first one is used where the caller names none. */
  readonly sandboxes: readonly string[];
  readonly callerOf: IdentifyCaller;
}

/**
 * On whose behalf jobs are looked at or changed by this request.
 *
 * @throws SandboxNotAllowed, InvalidParameters
 */
export function toAsker(
  request: Request,
  response: Response,
  options: AskerOptions,
  named = request.get('x-sandbox-name'),
): Asker {
  const scope = scopeOf(response);
  const sandbox = chooseSandbox(named, options.sandboxes);
  scope.sandbox = sandbox;
  const waitAtMostMs = readOwnDeadlineMs(request);
  let signal: AbortSignal | undefined;
  return {
    sandbox,
    permission: options.callerOf(request).permission,
    requestId: scope.requestId,
    insists: saysNoCache(request),
    ...(waitAtMostMs !== undefined && { waitAtMostMs }),
    // Made when somebody waits: what is known is answered without.
    get signal() {
      signal ??= whenGone(response);
      return signal;
    },
    observe: (call) => scope.upstreamCalls.push(call),
  };
}

/** Aborted when the caller hangs up before it has its answer. */
function whenGone(response: Response): AbortSignal {
  const gone = new AbortController();
  // The response's `close`, not the request's, which comes as soon as the body is read.
  const onClose = () => response.writableEnded || gone.abort();
  if (response.closed) onClose();
  else response.once('close', onClose);
  return gone.signal;
}
