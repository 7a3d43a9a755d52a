import { Router } from 'express';
import type { Log } from '../observability/log.ts';
import { accessLog } from './access-log.ts';
import { answerWithProblem, notFound, requireHost } from './fallbacks.ts';
import { healthRoutes, type Readiness } from './health-routes.ts';
import { type JobsRoutesOptions, jobsRoutes } from './jobs-routes.ts';
import { openApiRoute } from './openapi-route.ts';
import { problemPages } from './problems/problem-pages.ts';
import { openScope } from './request-scope.ts';
import { type ShedLoadOptions, shedLoad } from './shed-load.ts';

export interface RouterOptions extends JobsRoutesOptions {
  readonly notReadyBecause: Readiness;
  readonly overload: ShedLoadOptions;
  readonly log: Log;
}

/** Everything that answers, in the order in which a request passes. */
export function createRouter(options: RouterOptions): Router {
  const { notReadyBecause, overload, log, clock } = options;
  const router = Router({ caseSensitive: true });
  // First, because the log line and every answer name the request's id.
  router.use(openScope(clock));
  router.use(accessLog({ log, clock }));
  router.use(requireHost);
  router.use(healthRoutes(notReadyBecause));
  // After health, which has to be answered above all under load, and before a body is read. Only jobs cost
  // enough for a refusal to help: the document and the pages for people stay.
  router.use('/jobs', shedLoad(overload));
  router.use(jobsRoutes(options));
  router.use(problemPages());
  router.use(openApiRoute());
  router.use(notFound);
  router.use(answerWithProblem);
  return router;
}
