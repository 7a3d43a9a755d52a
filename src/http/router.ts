import { Router } from 'express';
import helmet from 'helmet';
import type { Log } from '../observability/log.ts';
import { forJobs } from './about-jobs.ts';
import { accessLog } from './access-log.ts';
import { type AddressedAs, requireOwnHost } from './addressed-host.ts';
import { authenticate, type IdentifyCaller } from './callers/authenticate.ts';
import { answerWithProblem, notFound } from './fallbacks.ts';
import { addJobsRoutes, type JobsRoutesOptions } from './jobs-routes.ts';
import { openContext } from './request-context.ts';
import { addServiceRoutes, type Readiness } from './service-routes.ts';
import { type ShedLoadOptions, shedLoad } from './shed-load.ts';
import { requireWellFormed } from './well-formed-request.ts';

export interface RouterOptions extends JobsRoutesOptions {
  readonly notReadyBecause: Readiness;
  readonly identify: IdentifyCaller;
  /** Any name and any page, unless given: then a gateway or the host application decides. */
  readonly addressedAs?: AddressedAs;
  readonly overload: ShedLoadOptions;
  readonly log: Log;
}

/** What happens to a request, in order. */
export function createRouter(options: RouterOptions): Router {
  const { notReadyBecause, overload, addressedAs, identify, log, clock } = options;
  const router = Router({ caseSensitive: true });

  // First, because the log line and every answer name the request's id.
  router.use(openContext(clock));
  router.use(accessLog({ log, clock }));
  // Before anything that can answer, refusals included.
  router.use(helmet());

  // What is not valid HTTP; the next steps rely on its target and its Host.
  router.use(requireWellFormed);
  // What is valid, and not served here, or not now.
  if (addressedAs !== undefined) router.use(requireOwnHost(addressedAs));
  router.use(shedLoad(overload));

  // Before the path is looked at any further, so that who is not known learns nothing of jobs.
  router.use(forJobs(authenticate(identify)));

  // Nearly all requests are about jobs.
  addJobsRoutes(router, options);
  addServiceRoutes(router, notReadyBecause);

  router.use(notFound);
  router.use(answerWithProblem);
  return router;
}
