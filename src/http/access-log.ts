import type { Request, Response } from 'express';
import type { Clock } from '../observability/clock.ts';
import type { Log } from '../observability/log.ts';
import type { UpstreamCall } from '../platform/call.ts';
import { contextOf } from './request-context.ts';

interface AccessLogOptions {
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * One line for each request, when its answer is out or its caller is gone. Only what is named here is
 * written: no body, no query, and of the headers the user that a trusted proxy names; so no token and no secret.
 */
export function accessLog({ log, clock }: AccessLogOptions): (request: Request, response: Response) => void {
  function write(request: Request, response: Response): void {
    const context = contextOf(response);
    const { requestId, startedAtMs, prefix, mountPath, sandbox, jobId, cacheStatus, upstreamCalls, failure } =
      context;
    const status = response.statusCode;
    const line = {
      method: request.method,
      // Of this process: what stands in front of it is the gateway's, and may differ from request to request.
      route: request.route ? `${mountPath.slice(prefix.length)}${request.route.path}` : undefined,
      status,
      durationMs: clock.now() - startedAtMs,
      requestId,
      caller: context.caller?.name,
      user: context.user,
      // Of who is not known, nothing else can be told.
      address: context.caller === undefined && (status === 401 || status === 429) ? request.ip : undefined,
      sandbox,
      jobId,
      cache: cacheStatus,
      ...(upstreamCalls.length > 0 && toldOf(upstreamCalls)),
      ...(failure && { code: failure.code, error: failure.message, stack: failure.stack }),
      // The caller hung up before the answer was complete, or closed its own side: one cannot be told from the other.
      ...((!response.writableFinished || request.socket.readableEnded) && { aborted: true }),
    };
    // Whatever a caller asks for that is not implemented, no operator has to be alarmed.
    log[status >= 500 && status !== 501 ? 'error' : 'info'](line, 'request');
  }

  return (request, response) => {
    if (response.writableEnded) write(request, response);
    // A caller may be gone while its create still runs: what became of that is what the log has to say.
    else contextOf(response).whenAnswered = () => write(request, response);
  };
}

/** Usually there is one; a refused token or a retry adds to them. The last one's status counts. */
function toldOf(calls: readonly UpstreamCall[]) {
  return {
    upstreamCalls: calls.length,
    upstreamStatus: calls.at(-1)?.status,
    upstreamDurationMs: calls.reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
}
