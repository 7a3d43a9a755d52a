import type { IRouter, Request, Response } from 'express';
import type { Tickets } from '../callers/tickets.ts';
import type { CachedJob, CachedPage } from '../jobs/cache/cached.ts';
import type { Answer } from '../jobs/jobs.ts';
import type { Headers } from './answer.ts';
import { audited, createOrRehearse } from './audited.ts';
import { answerCached } from './cached-answer.ts';
import { cancelRoute } from './cancel-route.ts';
import { isMismatch, isUnmodified } from './conditions.ts';
import { type CreateRouteOptions, createRoute } from './create-route.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { queryOf } from './fields/request-target.ts';
import { beginWait, type JobWait, requireCurrent } from './job-wait.ts';
import { type JobsRequest, readJobsRequest } from './jobs-request.ts';
import { parseJobId, parseListQuery, refuseQuery, toQueryString } from './parameters.ts';
import { methodsOf } from './paths.ts';
import { contextOf } from './request-context.ts';
import { eventsRoute, type StreamOptions } from './streams/events-route.ts';
import { createStreamLimit, type StreamLimitOptions } from './streams/stream-limit.ts';
import { ticketsRoute } from './streams/tickets-route.ts';

export interface JobsRoutesOptions extends CreateRouteOptions, Pick<StreamOptions, 'clock' | 'random'> {
  readonly tickets: Tickets;
  readonly streams: StreamLimitOptions & Pick<StreamOptions, 'heartbeatMs' | 'reconnectMs'>;
}

const listPath = (response: Response) => `${contextOf(response).mountPath}/jobs`;

/** The job that the path names. */
function jobIdOf(request: Request, response: Response): string {
  const id = parseJobId(request.params.id);
  contextOf(response).jobId = id;
  return id;
}

/** `/jobs` and all that is below it. */
export function addJobsRoutes(router: IRouter, options: JobsRoutesOptions): void {
  const { jobs, clock, streams } = options;
  const limit = createStreamLimit(streams);
  const createLine = audited(jobs, createOrRehearse);
  const cancelLine = audited(jobs, () => 'cancel');

  function answerJob(
    response: Response,
    found: Answer<CachedJob>,
    asked: JobsRequest,
    headers?: Headers,
  ): void {
    const { json } = found.cached.state.representation;
    const { conditions } = asked;
    answerCached(response, found, { json, conditions, headers, vary: 'x-sandbox-name, prefer' });
  }

  /** Answers as soon as there is a change, which the caller prefers to an answer at once. */
  async function answerChange(response: Response, id: string, asked: JobsRequest, waiting: JobWait) {
    const { conditions } = asked;
    const isAwaited = ({ state, tag }: CachedJob) =>
      state.done ||
      isMismatch(conditions, tag) ||
      (conditions?.noneMatch !== undefined && !isUnmodified(conditions, tag));
    const found = await jobs.waitForChange(id, { ...waiting.wait, isAwaited }, asked);
    requireCurrent(asked);
    answerJob(response, found, asked, { 'preference-applied': waiting.applied });
  }

  router
    .route('/jobs')
    .get(async (request, response) => {
      const asked = readJobsRequest(request, response, 'jobs:read');
      const page = await jobs.list(parseListQuery(queryOf(request)), asked);
      const { next } = page.cached;
      const link = next === null ? undefined : `${listPath(response)}?${toQueryString(next)}`;
      answerCached(response, page, {
        json: toPageJson(page.cached, link),
        conditions: asked.conditions,
        headers: { link: link && `<${link}>; rel="next"` },
        vary: 'x-sandbox-name',
      });
    })
    .post(createLine, createRoute(options))
    .all(methodNotAllowed(...methodsOf['/jobs']));

  router
    .route('/jobs/:id')
    .get(async (request, response) => {
      const asked = readJobsRequest(request, response, 'jobs:read');
      refuseQuery(queryOf(request));
      const id = jobIdOf(request, response);
      const waiting = beginWait(asked, limit, clock);
      if (waiting === undefined) return answerJob(response, await jobs.get(id, asked), asked);
      try {
        await answerChange(response, id, asked, waiting);
      } finally {
        waiting.release();
      }
    })
    .delete(cancelLine, cancelRoute({ ...options, limit }))
    .all(methodNotAllowed(...methodsOf['/jobs/:id']));

  router
    .route('/jobs/:id/events')
    .head(methodNotAllowed(...methodsOf['/jobs/:id/events']))
    .get(eventsRoute({ ...options, ...streams, limit }))
    .all(methodNotAllowed(...methodsOf['/jobs/:id/events']));

  router
    .route('/jobs/:id/events/tickets')
    .post(ticketsRoute(options))
    .all(methodNotAllowed(...methodsOf['/jobs/:id/events/tickets']));
}

/** The text of a page, made each time it is sent: most are sent once, and kept it would double the jobs' texts. */
function toPageJson({ jobs, unreadable }: CachedPage, link: string | undefined): string {
  const rest = unreadable > 0 ? `,"unreadable":${unreadable}` : '';
  return `{"jobs":[${jobs.map(({ json }) => json).join()}],"next":${JSON.stringify(link ?? null)}${rest}}`;
}
