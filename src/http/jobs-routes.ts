import type { Router } from 'express';
import type { Asker, View } from '../jobs/asker.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { KnownJob } from '../jobs/known/job-state.ts';
import type { Answer } from '../jobs/known/reader.ts';
import { parseNewJob } from '../jobs/parse-new-job.ts';
import { isJobId, parseListQuery, refuseQuery } from '../jobs/parse-parameters.ts';
import { answer } from './answer.ts';
import { callerFor } from './caller-for.ts';
import { isMismatch, isUnmodified, readConditions, requireConditions } from './conditions.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { answerKnown, forwardedByMethod } from './known-answer.ts';
import { asksPlainly, readPreferredWait, readRequestTimeoutMs } from './preferences.ts';
import { readJson } from './read-json.ts';
import { readOff } from './read-off.ts';
import { queryOf, scopeOf } from './request-scope.ts';
import type { RoutedRequest, RoutedResponse } from './routed.ts';
import type { Headers } from './security-headers.ts';
import { eventsRoute, type StreamOptions } from './streams/events-route.ts';
import { createStreamLimit, type StreamLimitOptions } from './streams/stream-limit.ts';
import { toAsker } from './to-asker.ts';
import { jobIdOf, toView, type ViewOptions } from './to-view.ts';

export interface JobsRoutesOptions extends ViewOptions, Pick<StreamOptions, 'clock' | 'random'> {
  readonly jobs: Jobs;
  readonly streams: StreamLimitOptions & Pick<StreamOptions, 'heartbeatMs' | 'reconnectMs'>;
}

/** The longest that a caller may wait for news: gateways end what is silent for longer. */
const longestWaitMs = 60_000;

const noQuery = new URLSearchParams();
const listPath = (response: RoutedResponse) => `${scopeOf(response).mountPath}/jobs`;

/** `/jobs`, `/jobs/{id}` and `/jobs/{id}/events`. */
export function addJobsRoutes(router: Router, options: JobsRoutesOptions): void {
  const { jobs, callerOf, clock, streams } = options;
  const limit = createStreamLimit(streams);
  const viewOf = (request: RoutedRequest, response: RoutedResponse) => toView(request, response, options);

  function answerJob(
    request: RoutedRequest,
    response: RoutedResponse,
    found: Answer<KnownJob>,
    { view, headers }: { view: View; headers?: Headers },
  ): void {
    const retryAfterMs = found.known.state.done ? undefined : jobs.lookAgainInMs(found.known, view);
    answerKnown(request, response, found, {
      nowMs: clock.now(),
      retryAfterMs,
      headers,
      dependsOn: 'x-sandbox-name, prefer',
    });
  }

  /** Waits for news of a job where the caller prefers that; otherwise it is the same as `jobs.get`. */
  async function getJob(
    request: RoutedRequest,
    response: RoutedResponse,
    id: string,
    view: View,
  ): Promise<void> {
    const asker = toAsker(request, response, view);
    const preferred = readPreferredWait(request);
    const release =
      preferred === undefined ? undefined : limit.tryClaim(callerFor(request, response, callerOf).id);
    // A preference may be passed over (RFC 7240, 2), and is where too many wait already.
    if (preferred === undefined || release === undefined) {
      return answerJob(request, response, await jobs.get(id, asker), { view });
    }
    const waitMs = Math.min(preferred * 1000, asker.waitAtMostMs ?? 0, longestWaitMs);
    const { startedAtMs } = scopeOf(response);
    const untilMs = startedAtMs + waitMs;
    const patientUntilMs = startedAtMs + (readRequestTimeoutMs(request) ?? Number.POSITIVE_INFINITY);
    const conditions = readConditions(request);
    const isNews = ({ state, representation: { tag } }: KnownJob) =>
      state.done ||
      isMismatch(conditions, tag) ||
      (conditions?.noneMatch !== undefined && !isUnmodified(conditions, tag));
    try {
      const found = await jobs.getNews(id, { untilMs, patientUntilMs, isNews }, asker);
      const headers = { 'preference-applied': `wait=${Math.floor(waitMs / 1000)}` };
      answerJob(request, response, found, { view, headers });
    } finally {
      release();
    }
  }

  router
    .route('/jobs')
    .get(async (request, response) => {
      const asker = toAsker(request, response, viewOf(request, response));
      const page = await jobs.list(parseListQuery(queryOf(request)), listPath(response), asker);
      const { next } = page.known;
      const headers = next === null ? {} : { link: `<${next}>; rel="next"` };
      answerKnown(request, response, page, { nowMs: clock.now(), headers, dependsOn: 'x-sandbox-name' });
    })
    .post(async (request, response) => {
      const body = await readJson(request, response);
      const asker = toAsker(request, response, viewOf(request, response));
      refuseQuery(queryOf(request));
      const newJob = parseNewJob(body);
      const read = (reader: Asker) => jobs.list(parseListQuery(noQuery), listPath(response), reader);
      const allowed = await requireConditions(request, response, { asker, read, clock });
      const { state, representation } = await jobs.create(newJob, allowed);
      scopeOf(response).jobId = state.id;
      // The export runs, whatever Platform calls it. A link that would be refused here helps nobody.
      const location = isJobId(state.id) ? `${listPath(response)}/${state.id}` : undefined;
      const headers = { location, etag: `"${representation.tag}"`, ...forwardedByMethod };
      answer(response, { status: 201, body: representation.json, headers });
    })
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));

  router
    .route('/jobs/:id')
    .get((request, response) => {
      const view = viewOf(request, response);
      refuseQuery(queryOf(request));
      const id = jobIdOf(request, response);
      const fresh = asksPlainly(request) ? jobs.fresh(id, view) : undefined;
      if (fresh === undefined) return getJob(request, response, id, view);
      answerJob(request, response, fresh, { view });
    })
    .delete(readOff, async (request, response) => {
      const asker = toAsker(request, response, viewOf(request, response));
      refuseQuery(queryOf(request));
      const id = jobIdOf(request, response);
      const read = (reader: Asker) => jobs.get(id, reader);
      const allowed = await requireConditions(request, response, { asker, read, clock });
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
