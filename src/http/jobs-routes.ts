import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Jobs } from '../jobs/jobs.ts';
import { parseNewJob } from '../jobs/parse-new-job.ts';
import { parseJobId, parseListQuery, refuseQuery } from '../jobs/parse-parameters.ts';
import type { ListQuery } from '../platform/platform-client.ts';
import { answer } from './answer.ts';
import { callContext } from './call-context.ts';
import { UnreadableBody, UnsupportedMediaType } from './errors.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { scopeOf } from './request-scope.ts';

const largestBodyBytes = 100_000;

interface JobsRoutesOptions {
  readonly jobs: Jobs;
  /** The first one is used where the caller names none. */
  readonly sandboxes: readonly string[];
}

/** `/jobs` and `/jobs/{id}`. */
export function jobsRoutes({ jobs, sandboxes }: JobsRoutesOptions): Router {
  const router = Router({ caseSensitive: true });

  const contextOf = (request: Request, response: Response) => callContext(request, response, sandboxes);

  router
    .route('/jobs')
    .get(async (request, response) => {
      const context = contextOf(request, response);
      const page = await jobs.list(parseListQuery(queryOf(request)), context);
      const next = page.next ? `${scopeOf(response).mountPath}/jobs?${toQueryString(page.next)}` : null;
      answer(response, {
        status: 200,
        body: { jobs: page.jobs, next },
        ...(next !== null && { headers: { link: `<${next}>; rel="next"` } }),
      });
    })
    .post(requireJson, readJson(), async (request, response) => {
      const context = contextOf(request, response);
      refuseQuery(queryOf(request));
      const job = await jobs.create(parseNewJob(request.body), context);
      const location = `${scopeOf(response).mountPath}/jobs/${encodeURIComponent(job.id)}`;
      answer(response, { status: 201, body: job, headers: { location } });
    })
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));

  router
    .route('/jobs/:id')
    .get(async (request, response) => {
      const context = contextOf(request, response);
      refuseQuery(queryOf(request));
      answer(response, { status: 200, body: await jobs.get(parseJobId(request.params.id), context) });
    })
    .delete(async (request, response) => {
      const context = contextOf(request, response);
      refuseQuery(queryOf(request));
      answer(response, { status: 202, body: await jobs.cancel(parseJobId(request.params.id), context) });
    })
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));

  return router;
}

/** Read from the URL itself: a host application may have set its own query parser. */
function queryOf(request: Request): URLSearchParams {
  const begin = request.url.indexOf('?');
  return new URLSearchParams(begin < 0 ? '' : request.url.slice(begin + 1));
}

function toQueryString({ limit, offset, status }: ListQuery): URLSearchParams {
  return new URLSearchParams({
    limit: String(limit),
    ...(offset !== undefined && { offset }),
    ...(status !== undefined && { status }),
  });
}

/** Asked before the body is read, because the parser would pass over a body of another type in silence. */
const requireJson: RequestHandler = (request, _response, next) => {
  const isJson = request.is('application/json');
  if (isJson === null) throw new UnreadableBody('The request has no body: send the new job as JSON.');
  if (isJson === false) throw new UnsupportedMediaType('A new job is sent as application/json.');
  next();
};

function readJson(): RequestHandler {
  return express.json({
    limit: largestBodyBytes,
    // Any JSON is read, so that `"text"` is answered as «not a job» and not as «not JSON».
    strict: false,
    verify(_request, _response, body, encoding) {
      if (body.length === 0) throw new UnreadableBody('The body is empty: send the new job as JSON.');
      // Read leniently, a damaged id would become another id.
      if (encoding === 'utf-8' && !isUtf8(body)) throw new UnreadableBody('The body is not UTF-8.');
    },
  });
}
