import type { Request, Response } from 'express';
import { InvalidParameters } from '../jobs/errors.ts';
import { chooseSandbox } from '../jobs/parse-parameters.ts';
import type { CallContext } from '../platform/call.ts';
import { scopeOf } from './request-scope.ts';

/**
 * On whose behalf Platform is called for this request.
 *
 * @throws SandboxNotAllowed, InvalidParameters
 */
export function callContext(request: Request, response: Response, sandboxes: readonly string[]): CallContext {
  const scope = scopeOf(response);
  scope.sandbox = chooseSandbox(request.get('x-sandbox-name'), sandboxes);
  const gone = new AbortController();
  // The response's `close`, not the request's, which comes as soon as the body is read.
  response.once('close', () => response.writableEnded || gone.abort());
  const waitAtMostMs = readOwnDeadline(request);
  return {
    sandbox: scope.sandbox,
    requestId: scope.requestId,
    signal: gone.signal,
    ...(waitAtMostMs !== undefined && { waitAtMostMs }),
    observe: (call) => scope.upstreamCalls.push(call),
  };
}

/** How long the caller itself waits: `Request-Timeout` or `Prefer: wait=` (RFC 7240), both in seconds. */
function readOwnDeadline(request: Request): number | undefined {
  const timeout = request.get('request-timeout');
  if (timeout !== undefined && !/^\d{1,6}(\.\d+)?$/.test(timeout)) {
    const errors = [{ parameter: 'request-timeout', detail: 'must be a number of seconds' }];
    throw new InvalidParameters('The Request-Timeout cannot be understood.', { errors });
  }
  // A preference that cannot be understood is ignored, as the RFC asks.
  const preferred = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(
    request.get('prefer') ?? '',
  )?.[1];
  const seconds = [timeout, preferred].filter((one) => one !== undefined).map(Number);
  return seconds.length === 0 ? undefined : Math.min(...seconds) * 1000;
}
