import { Router } from 'express';
import helmet from 'helmet';
import type { Jobs } from '../jobs/jobs.ts';
import type { Clock } from '../observability/clock.ts';
import type { Log } from '../observability/log.ts';
import { accessLog } from './access-log.ts';
import { answerWithProblem, notFound, requireHost } from './fallbacks.ts';
import { healthRoutes, type Readiness } from './health-routes.ts';
import { jobsRoutes } from './jobs-routes.ts';
import { openApiRoute } from './openapi-route.ts';
import { problemPages } from './problems/problem-pages.ts';
import { openScope } from './request-scope.ts';
import { type ShedLoadOptions, shedLoad } from './shed-load.ts';

export interface RouterOptions {
  readonly jobs: Jobs;
  readonly sandboxes: readonly string[];
  readonly notReadyBecause: Readiness;
  readonly overload: ShedLoadOptions;
  readonly log: Log;
  readonly clock: Clock;
}

/** Everything that answers, in the order in which a request passes. */
export function createRouter(options: RouterOptions): Router {
  const { jobs, sandboxes, notReadyBecause, overload, log, clock } = options;
  const router = Router({ caseSensitive: true });
  // First, because the log line and every answer name the request's id.
  router.use(openScope(clock));
  router.use(accessLog({ log, clock }));
  // Before everything that answers, errors included.
  router.use(helmet());
  router.use(requireHost);
  router.use(healthRoutes(notReadyBecause));
  // After health, which has to be answered above all under load, and before a body is read. Only jobs cost
  // enough for a refusal to help: the document and the pages for people stay.
  router.use('/jobs', shedLoad(overload));
  router.use(jobsRoutes({ jobs, sandboxes }));
  router.use(problemPages());
  router.use(openApiRoute());
  router.use(notFound);
  router.use(answerWithProblem);
  return router;
}
