import type { IRouter, Request, Response } from 'express';
import { invalidCredential } from '../callers/errors.ts';
import type { Tickets } from '../callers/tickets.ts';
import { type CachedJob, type CachedPage, tagOf } from '../jobs/cache/cached.ts';
import type { Answer, Jobs } from '../jobs/jobs.ts';
import { parseNewJob } from '../jobs/parse-new-job.ts';
import { answer, type Headers } from './answer.ts';
import { audited, createOrRehearse } from './audited.ts';
import { discardBody } from './body/discard-body.ts';
import { readJson } from './body/read-json.ts';
import { answerCached, forwardedByMethod } from './cached-answer.ts';
import { isMismatch, isUnmodified } from './conditions.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { queryOf } from './fields/request-target.ts';
import { type JobsRequest, readJobsRequest } from './jobs-request.ts';
import { isJobId, parseJobId, parseListQuery, refuseQuery, toQueryString } from './parameters.ts';
import { methodsOf } from './paths.ts';
import { contextOf } from './request-context.ts';
import { requireConditions } from './require-conditions.ts';
import { eventsRoute, type StreamOptions } from './streams/events-route.ts';
import { createStreamLimit, type StreamLimitOptions } from './streams/stream-limit.ts';
import { ticketsRoute } from './streams/tickets-route.ts';

export interface JobsRoutesOptions extends Pick<StreamOptions, 'clock' | 'random'> {
  readonly jobs: Jobs;
  readonly tickets: Tickets;
  /** The most that a body may have, as it is sent and decoded. */
  readonly largestBodyBytes: number;
  readonly streams: StreamLimitOptions & Pick<StreamOptions, 'heartbeatMs' | 'reconnectMs'>;
}

/** The longest that a caller may wait for a change: gateways end what is silent for longer. */
const longestWaitMs = 60_000;

const noQuery = new URLSearchParams();
const listPath = (response: Response) => `${contextOf(response).mountPath}/jobs`;

/** The job that the path names. */
function jobIdOf(request: Request, response: Response): string {
  const id = parseJobId(request.params.id);
  contextOf(response).jobId = id;
  return id;
}

/** `/jobs` and all that is below it. */
export function addJobsRoutes(router: IRouter, options: JobsRoutesOptions): void {
  const { jobs, clock, streams, largestBodyBytes } = options;
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
  async function answerChange(response: Response, id: string, asked: JobsRequest, waitMs: number) {
    const { startedAtMs, requestTimeoutMs = Number.POSITIVE_INFINITY, conditions, caller } = asked;
    const isAwaited = ({ state, tag }: CachedJob) =>
      state.done ||
      isMismatch(conditions, tag) ||
      (conditions?.noneMatch !== undefined && !isUnmodified(conditions, tag));
    const callerGivesUpAtMs = startedAtMs + requestTimeoutMs;
    const credentialEndsAtMs = clock.now() + ((caller.expiresAtMs ?? Infinity) - clock.wallNow());
    const untilMs = Math.min(startedAtMs + waitMs, credentialEndsAtMs);
    const wait = { untilMs, callerGivesUpAtMs, isAwaited };
    const found = await jobs.waitForChange(id, wait, asked);
    // It may have been taken out of the operator's list while it waited.
    if (caller.isCurrent?.() === false) throw invalidCredential('The credential is not valid any more.');
    answerJob(response, found, asked, { 'preference-applied': `wait=${Math.floor(waitMs / 1000)}` });
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
    .post(createLine, async (request, response) => {
      const asked = readJobsRequest(request, response, 'jobs:create');
      const body = await readJson(request, response, largestBodyBytes);
      refuseQuery(queryOf(request));
      const newExport = parseNewJob(body);
      const list = parseListQuery(noQuery);
      const read = (reading: JobsRequest) => jobs.list(list, reading);
      const allow = () => requireConditions(asked, read, clock);
      const wish = { newExport, idempotencyKey: undefined, duplicates: undefined, allow };
      const { id, json } = await jobs.create(wish, asked);
      contextOf(response).jobId = id;
      // The export runs, whatever Platform calls it. A link that would be refused here helps nobody.
      const location = isJobId(id) ? `${listPath(response)}/${id}` : undefined;
      const headers = { location, etag: `"${tagOf(json)}"`, ...forwardedByMethod };
      answer(response, { status: 201, body: json, headers });
    })
    .all(methodNotAllowed(...methodsOf['/jobs']));

  router
    .route('/jobs/:id')
    .get(async (request, response) => {
      const asked = readJobsRequest(request, response, 'jobs:read');
      refuseQuery(queryOf(request));
      const id = jobIdOf(request, response);
      const { preferredWaitMs, waitAtMostMs = 0, caller } = asked;
      const release = preferredWaitMs === undefined ? undefined : limit.tryClaim(caller.id);
      // A preference may be ignored (RFC 7240, 2), and is where too many wait already.
      if (release === undefined) return answerJob(response, await jobs.get(id, asked), asked);
      try {
        await answerChange(response, id, asked, Math.min(waitAtMostMs, preferredWaitMs ?? 0, longestWaitMs));
      } finally {
        release();
      }
    })
    .delete(cancelLine, async (request, response) => {
      const asked = readJobsRequest(request, response, 'jobs:cancel');
      refuseQuery(queryOf(request));
      const id = jobIdOf(request, response);
      await discardBody(request, response, largestBodyBytes);
      const allowed = await requireConditions(asked, (reading) => jobs.get(id, reading), clock);
      const body = await jobs.cancel(id, allowed);
      answer(response, { status: 202, body, headers: forwardedByMethod });
    })
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
