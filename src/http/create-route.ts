import type { RequestHandler, Response } from 'express';
import { tagOf } from '../jobs/cache/cached.ts';
import type { ChangeContext } from '../jobs/context.ts';
import type { Created } from '../jobs/creating/new-export.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { parseNewJob } from '../jobs/parse-new-job.ts';
import type { Clock } from '../observability/clock.ts';
import { answer } from './answer.ts';
import { readJson } from './body/read-json.ts';
import { forwardedByMethod } from './cached-answer.ts';
import { type KeyRule, readCreateParameters } from './create-parameters.ts';
import { replayed } from './fields/idempotency-key.ts';
import { type JobsRequest, readJobsRequest } from './jobs-request.ts';
import { isJobId, parseListQuery } from './parameters.ts';
import { toRehearsalBody } from './rehearsal-body.ts';
import { contextOf } from './request-context.ts';
import { requireConditions } from './require-conditions.ts';

export interface CreateRouteOptions {
  readonly jobs: Jobs;
  readonly clock: Clock;
  /** The most that a body may have, as it is sent and decoded. */
  readonly largestBodyBytes: number;
  /** Whether creates without an `Idempotency-Key` are accepted. */
  readonly idempotencyKeys: KeyRule;
}

const firstPage = parseListQuery(new URLSearchParams());

/** `POST /jobs`: starts an export, or says what would come of it. */
export function createRoute(options: CreateRouteOptions): RequestHandler {
  const { jobs, clock, largestBodyBytes, idempotencyKeys } = options;

  return async (request, response) => {
    const asked = readJobsRequest(request, response, 'jobs:create');
    const body = await readJson(request, response, largestBodyBytes);
    const { isRehearsal, ...parameters } = readCreateParameters(request, idempotencyKeys);
    const newExport = parseNewJob(body);
    const read = (reading: JobsRequest) => jobs.list(firstPage, reading);
    const command = {
      newExport,
      ...parameters,
      checkConditions: (context: ChangeContext) => requireConditions({ ...asked, ...context }, read, clock),
    };
    if (!isRehearsal) return answerCreated(response, await jobs.create(command, asked));
    answer(response, { status: 200, body: toRehearsalBody(await jobs.rehearse(command, asked)) });
  };
}

function answerCreated(response: Response, { kind, id, json, isReplayed }: Created): void {
  const context = contextOf(response);
  context.jobId = id;
  // The export runs, whatever Platform calls it. A link that would be refused here helps nobody.
  const link = isJobId(id) ? `${context.mountPath}/jobs/${id}` : undefined;
  const isCreated = kind === 'created';
  answer(response, {
    status: isCreated ? 201 : 200,
    body: json,
    headers: {
      ...(isCreated ? { location: link, etag: `"${tagOf(json)}"` } : { 'content-location': link }),
      ...(isReplayed && replayed),
      ...(isCreated && !isReplayed && forwardedByMethod),
    },
  });
}
