import type { Router } from 'express';
import type { CachedJob, CachedPage } from '../jobs/cache/cached.ts';
import type { JobsContext, Scope } from '../jobs/context.ts';
import type { Answer, Jobs } from '../jobs/jobs.ts';
import { parseNewJob } from '../jobs/parse-new-job.ts';
import { answer } from './answer.ts';
import { callerFor } from './caller-for.ts';
import { isMismatch, isUnmodified, readConditions, requireConditions } from './conditions.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { answerKnown, forwardedByMethod } from './known-answer.ts';
import { isJobId, parseListQuery, refuseQuery, toQueryString } from './parameters.ts';
import { readPreferredWait, readRequestTimeoutMs } from './preferences.ts';
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
    found: Answer<CachedJob>,
    headers?: Headers,
  ): void {
    answerKnown(request, response, found, {
      json: found.cached.state.representation.json,
      headers,
      dependsOn: 'x-sandbox-name, prefer',
    });
  }

  /** Waits for news of a job where the caller prefers that; otherwise it is the same as `jobs.get`. */
  async function getJob(
    request: RoutedRequest,
    response: RoutedResponse,
    id: string,
    view: Scope,
  ): Promise<void> {
    const asker = toAsker(request, response, view);
    const preferred = readPreferredWait(request);
    const release =
      preferred === undefined ? undefined : limit.tryClaim(callerFor(request, response, callerOf).id);
    // A preference may be passed over (RFC 7240, 2), and is where too many wait already.
    if (preferred === undefined || release === undefined) {
      return answerJob(request, response, await jobs.get(id, asker));
    }
    const waitMs = Math.min(preferred * 1000, asker.waitAtMostMs ?? 0, longestWaitMs);
    const { startedAtMs } = scopeOf(response);
    const untilMs = startedAtMs + waitMs;
    const callerGivesUpAtMs = startedAtMs + (readRequestTimeoutMs(request) ?? Number.POSITIVE_INFINITY);
    const conditions = readConditions(request);
    const isAwaited = ({ state, tag }: CachedJob) =>
      state.done ||
      isMismatch(conditions, tag) ||
      (conditions?.noneMatch !== undefined && !isUnmodified(conditions, tag));
    try {
      const found = await jobs.waitForChange(id, { untilMs, callerGivesUpAtMs, isAwaited }, asker);
      const headers = { 'preference-applied': `wait=${Math.floor(waitMs / 1000)}` };
      answerJob(request, response, found, headers);
    } finally {
      release();
    }
  }

  router
    .route('/jobs')
    .get(async (request, response) => {
      const asker = toAsker(request, response, viewOf(request, response));
      const page = await jobs.list(parseListQuery(queryOf(request)), asker);
      const { next } = page.cached;
      const link = next === null ? undefined : `${listPath(response)}?${toQueryString(next)}`;
      answerKnown(request, response, page, {
        json: toPageJson(page.cached, link),
        headers: { link: link && `<${link}>; rel="next"` },
        dependsOn: 'x-sandbox-name',
      });
    })
    .post(async (request, response) => {
      const body = await readJson(request, response);
      const asker = toAsker(request, response, viewOf(request, response));
      refuseQuery(queryOf(request));
      const newJob = parseNewJob(body);
      const read = (reader: JobsContext) => jobs.list(parseListQuery(noQuery), reader);
      const allowed = await requireConditions(request, response, { asker, read, clock });
      const { id, representation } = await jobs.create(newJob, allowed);
      scopeOf(response).jobId = id;
      // The export runs, whatever Platform calls it. A link that would be refused here helps nobody.
      const location = isJobId(id) ? `${listPath(response)}/${id}` : undefined;
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
      return getJob(request, response, id, view);
    })
    .delete(readOff, async (request, response) => {
      const asker = toAsker(request, response, viewOf(request, response));
      refuseQuery(queryOf(request));
      const id = jobIdOf(request, response);
      const read = (reader: JobsContext) => jobs.get(id, reader);
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

/** The text of a page, made each time it is sent: most are sent once, and kept it would double the jobs' texts. */
function toPageJson({ jobs, unreadable }: CachedPage, link: string | undefined): string {
  const rest = unreadable > 0 ? `,"unreadable":${unreadable}` : '';
  return `{"jobs":[${jobs.map(({ json }) => json).join()}],"next":${JSON.stringify(link ?? null)}${rest}}`;
}
