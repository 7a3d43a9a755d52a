import type { Request, Response, Router } from 'express';
import type { Jobs } from '../jobs/jobs.ts';
import type { KnownJob } from '../jobs/known/job-state.ts';
import type { Answer } from '../jobs/known/reader.ts';
import { parseNewJob } from '../jobs/parse-new-job.ts';
import { isJobId, parseJobId, parseListQuery, refuseQuery } from '../jobs/parse-parameters.ts';
import { answer, type Headers } from './answer.ts';
import { discardBody } from './body/discard-body.ts';
import { readJson } from './body/read-json.ts';
import { answerCached, forwardedByMethod } from './cached-answer.ts';
import { isMismatch, isUnmodified } from './conditions.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { queryOf } from './fields/request-target.ts';
import { type JobsRequest, type JobsRequestOptions, readJobsRequest } from './jobs-request.ts';
import { contextOf } from './request-context.ts';
import { requireConditions } from './require-conditions.ts';
import { eventsRoute, type StreamOptions } from './streams/events-route.ts';
import { createStreamLimit, type StreamLimitOptions } from './streams/stream-limit.ts';

export interface JobsRoutesOptions extends JobsRequestOptions, Pick<StreamOptions, 'clock' | 'random'> {
  readonly jobs: Jobs;
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

/** `/jobs`, `/jobs/{id}` and `/jobs/{id}/events`. */
export function addJobsRoutes(router: Router, options: JobsRoutesOptions): void {
  const { jobs, clock, streams } = options;
  const limit = createStreamLimit(streams);

  function answerJob(
    response: Response,
    found: Answer<KnownJob>,
    asked: JobsRequest,
    headers?: Headers,
  ): void {
    const retryAfterMs = found.known.state.done ? undefined : jobs.lookAgainInMs(found.known, asked);
    const { conditions } = asked;
    const vary = 'x-sandbox-name, prefer';
    answerCached(response, found, { conditions, nowMs: clock.now(), retryAfterMs, headers, vary });
  }

  /** Answers as soon as there is a change, which the caller prefers to an answer at once. */
  async function answerChange(response: Response, id: string, asked: JobsRequest, waitMs: number) {
    const { startedAtMs, requestTimeoutMs = Number.POSITIVE_INFINITY, conditions } = asked;
    const isNews = ({ state, representation: { tag } }: KnownJob) =>
      state.done ||
      isMismatch(conditions, tag) ||
      (conditions?.noneMatch !== undefined && !isUnmodified(conditions, tag));
    const wait = { untilMs: startedAtMs + waitMs, patientUntilMs: startedAtMs + requestTimeoutMs, isNews };
    const found = await jobs.getNews(id, wait, asked);
    answerJob(response, found, asked, { 'preference-applied': `wait=${Math.floor(waitMs / 1000)}` });
  }

  router
    .route('/jobs')
    .get(async (request, response) => {
      const asked = readJobsRequest(request, response, options);
      const page = await jobs.list(parseListQuery(queryOf(request)), listPath(response), asked);
      const { next } = page.known;
      const headers = next === null ? {} : { link: `<${next}>; rel="next"` };
      const { conditions } = asked;
      answerCached(response, page, { conditions, nowMs: clock.now(), headers, vary: 'x-sandbox-name' });
    })
    .post(async (request, response) => {
      const body = await readJson(request, response);
      const asked = readJobsRequest(request, response, options);
      refuseQuery(queryOf(request));
      const newJob = parseNewJob(body);
      const list = parseListQuery(noQuery);
      const read = (reading: JobsRequest) => jobs.list(list, listPath(response), reading);
      const allowed = await requireConditions(asked, read, clock);
      const { state, representation } = await jobs.create(newJob, allowed);
      contextOf(response).jobId = state.id;
      // The export runs, whatever Platform calls it. A link that would be refused here helps nobody.
      const location = isJobId(state.id) ? `${listPath(response)}/${state.id}` : undefined;
      const headers = { location, etag: `"${representation.tag}"`, ...forwardedByMethod };
      answer(response, { status: 201, body: representation.json, headers });
    })
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));

  router
    .route('/jobs/:id')
    .get(async (request, response) => {
      const asked = readJobsRequest(request, response, options);
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
    .delete(async (request, response) => {
      const asked = readJobsRequest(request, response, options);
      refuseQuery(queryOf(request));
      const id = jobIdOf(request, response);
      await discardBody(request, response);
      const allowed = await requireConditions(asked, (reading) => jobs.get(id, reading), clock);
      const body = await jobs.cancel(id, allowed);
      answer(response, { status: 202, body, headers: forwardedByMethod });
    })
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));

  router
    .route('/jobs/:id/events')
    .head(methodNotAllowed('GET'))
    .get(eventsRoute({ ...options, ...streams, limit }))
    .all(methodNotAllowed('GET'));
}
