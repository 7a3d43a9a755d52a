import type { RequestHandler, Response } from 'express';
import type { Cancelled } from '../jobs/cancelling/cancel-job.ts';
import { JobAlreadyDone } from '../jobs/errors.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Clock } from '../observability/clock.ts';
import { answer } from './answer.ts';
import { discardBody } from './body/discard-body.ts';
import { forwardedByMethod } from './cached-answer.ts';
import { queryOf } from './fields/request-target.ts';
import { beginWait, requireCurrent } from './job-wait.ts';
import { type JobsRequest, readJobsRequest } from './jobs-request.ts';
import { parseJobId, refuseQuery } from './parameters.ts';
import { contextOf } from './request-context.ts';
import { requireConditions } from './require-conditions.ts';
import type { StreamLimit } from './streams/stream-limit.ts';

export interface CancelRouteOptions {
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly largestBodyBytes: number;
  readonly limit: StreamLimit;
}

/** `DELETE /jobs/{id}`: marks a job for cancelling, and waits for its end where the caller prefers that. */
export function cancelRoute({ jobs, clock, largestBodyBytes, limit }: CancelRouteOptions): RequestHandler {
  /** Who may cancel a job and not read it sees nothing of it, and cannot wait for what it may not see. */
  const mayRead = ({ caller }: JobsRequest) => caller.permissions.has('jobs:read');

  async function cancel(id: string, asked: JobsRequest, response: Response): Promise<void> {
    const allowed = await requireConditions(asked, (reading) => jobs.get(id, reading), clock);
    const waiting = mayRead(asked) ? beginWait(asked, limit, clock) : undefined;
    try {
      const cancelled = await jobs.cancel(id, allowed, waiting?.wait);
      if (waiting !== undefined) requireCurrent(asked);
      answerCancelled(response, cancelled, waiting?.applied);
    } catch (fault) {
      throw fault instanceof JobAlreadyDone && !mayRead(asked) ? new JobAlreadyDone(fault.detail) : fault;
    } finally {
      waiting?.release();
    }
  }

  return async (request, response) => {
    const asked = readJobsRequest(request, response, 'jobs:cancel');
    refuseQuery(queryOf(request));
    const id = parseJobId(request.params.id);
    contextOf(response).jobId = id;
    await discardBody(request, response, largestBodyBytes);
    await cancel(id, asked, response);
  };
}

function answerCancelled(response: Response, cancelled: Cancelled, applied: string | undefined): void {
  if (cancelled.kind === 'cancelling') {
    const { cancellation, hasWaited } = cancelled;
    const headers = { 'preference-applied': hasWaited ? applied : undefined, ...forwardedByMethod };
    answer(response, { status: 202, body: cancellation, headers });
    return;
  }
  const { state, tag } = cancelled.job;
  answer(response, {
    status: 200,
    body: state.representation.json,
    headers: {
      etag: `"${tag}"`,
      'content-location': `${contextOf(response).mountPath}/jobs/${state.id}`,
      'preference-applied': applied,
      ...forwardedByMethod,
    },
  });
}
