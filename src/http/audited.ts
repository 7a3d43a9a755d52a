import type { Request, RequestHandler, Response } from 'express';
import type { Jobs } from '../jobs/jobs.ts';
import { callerOf } from './callers/authenticate.ts';
import { queryOf } from './fields/request-target.ts';
import { toRequester } from './jobs-request.ts';
import { contextOf } from './request-context.ts';

type Action = Parameters<Jobs['openRecord']>[0]['action'];

/**
 * A step before a handler whose requests each get one line in the audit trail. Who is not known does not come as far as
 * this, nor who asks too often: they would fill the trail.
 */
export function audited(
  jobs: Pick<Jobs, 'openRecord'>,
  actionOf: (request: Request) => Action,
): RequestHandler {
  return (request, response, next) => {
    const context = contextOf(response);
    const by = toRequester(callerOf(response), context.user);
    const { requestId } = context;
    context.recorder = jobs.openRecord({ action: actionOf(request), by, requestId });
    next();
  };
}

/** As what a POST is written down, also where its query is refused later. */
export const createOrRehearse = (request: Request): Action =>
  queryOf(request).get('dryRun') === 'true' ? 'rehearse' : 'create';

/** Writes the line of what was refused before the use case saw it; what that has recorded stays. */
export function recordRefusal(request: Request, response: Response, error: unknown): void {
  const { recorder, sandbox = request.get('x-sandbox-name'), jobId } = contextOf(response);
  // Where nobody has looked at it yet, the sandbox is the one that the caller has asked for.
  recorder?.recordFault(error, {
    ...(sandbox !== undefined && { sandbox }),
    ...(jobId !== undefined && { jobId }),
  });
}
