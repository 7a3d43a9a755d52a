import type { Request, Response } from 'express';
import type { Caller, Permission } from '../callers/caller.ts';
import { requirePermission } from '../callers/require-permission.ts';
import type { ChangeContext, Requester } from '../jobs/context.ts';
import { callerOf } from './callers/authenticate.ts';
import { type Conditions, readConditions } from './conditions.ts';
import { callerMayBeGone } from './connections/half-closed.ts';
import { chooseSandbox } from './parameters.ts';
import { readPreferredWaitMs, readRequestTimeoutMs, saysNoCache } from './preferences.ts';
import { contextOf } from './request-context.ts';

/**
 * All that a request about jobs says besides its path, query and body, read once at the door. It is handed down as
 * it is: to the jobs room it is the context of its calls.
 */
export interface JobsRequest extends ChangeContext {
  readonly caller: Caller;
  readonly startedAtMs: number;
  readonly conditions: Conditions | undefined;
  /** `Prefer: wait=`, in milliseconds. */
  readonly preferredWaitMs: number | undefined;
  readonly requestTimeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * @param needed what the caller has to be permitted
 * @param sandbox as the caller names it; its header unless given
 * @throws PermissionMissing, SandboxNotAllowed, InvalidParameters
 */
export function readJobsRequest(
  request: Request,
  response: Response,
  needed: Permission,
  sandbox = request.get('x-sandbox-name'),
): JobsRequest {
  const context = contextOf(response);
  const caller = callerOf(response);
  requirePermission(caller, needed);
  context.sandbox = chooseSandbox(sandbox, caller.sandboxes);
  const preferredWaitMs = readPreferredWaitMs(request.headers);
  const requestTimeoutMs = readRequestTimeoutMs(request.headers);
  return {
    sandbox: context.sandbox,
    permission: caller.cacheScope,
    requestId: context.requestId,
    caller,
    by: toRequester(caller, context.user),
    startedAtMs: context.startedAtMs,
    conditions: readConditions(request.headers),
    preferredWaitMs,
    requestTimeoutMs,
    noCache: saysNoCache(request.headers),
    // Nobody can answer in no time at all, so a wait of 0 is no deadline.
    waitAtMostMs: preferredWaitMs
      ? Math.min(preferredWaitMs, requestTimeoutMs ?? Infinity)
      : requestTimeoutMs,
    signal: whenGone(response),
    recorder: context.recorder,
    observe(call) {
      context.upstreamCalls.push(call);
      context.recorder?.observe(call);
    },
  };
}

/** One for all who are not authenticated: their addresses change while they retry. */
const anonymous = 'anonymous';

/** Who asks, as it is kept and written down for each caller. */
export function toRequester(
  { id, name, policyName, isAnonymous = false }: Caller,
  user: string | undefined,
): Requester {
  if (isAnonymous) return { callerId: anonymous, policyName: undefined, callerName: undefined, user };
  return { callerId: id, policyName, callerName: name ?? id, user };
}

/** Aborted when the caller hangs up before it has its answer, or seems to. */
function whenGone(response: Response): AbortSignal {
  const gone = new AbortController();
  // The response's `close`, not the request's, which comes as soon as the body is read.
  const onClose = () => response.writableEnded || gone.abort();
  if (response.closed) onClose();
  else response.on('close', onClose).on(callerMayBeGone, onClose);
  return gone.signal;
}
