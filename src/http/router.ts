import { Router } from 'express';
import type { Log } from '../observability/log.ts';
import { accessLog } from './access-log.ts';
import { type AddressedAs, requireOwnHost } from './addressed-host.ts';
import { refuseAfterLast } from './close-after.ts';
import { answerWithProblem, notFound } from './fallbacks.ts';
import { addHealthRoutes, type Readiness } from './health-routes.ts';
import { inOneLayer } from './in-one-layer.ts';
import { addJobsRoutes, type JobsRoutesOptions } from './jobs-routes.ts';
import { addOpenApiRoute } from './openapi-route.ts';
import { addProblemPages } from './problems/problem-pages.ts';
import { openScope } from './request-scope.ts';
import { type ShedLoadOptions, shedLoad } from './shed-load.ts';
import {
  readTarget,
  requireHost,
  requireKnownTransferCoding,
  requireVersion,
} from './well-formed-request.ts';

export interface RouterOptions extends JobsRoutesOptions {
  readonly notReadyBecause: Readiness;
  /** Anybody's name and page, unless given: then a gateway or the host application decides. */
  readonly addressedAs?: AddressedAs;
  readonly overload: ShedLoadOptions;
  readonly log: Log;
}

/** Everything that answers, in the order in which a request passes. */
export function createRouter(options: RouterOptions): Router {
  const { notReadyBecause, overload, addressedAs, log, clock } = options;
  const whereTo = addressedAs === undefined ? [] : [requireOwnHost(addressedAs)];
  const router = Router({ caseSensitive: true });
  // The scope first, because the log line and every answer name the request's id; the load last, because a
  // refusal is an answer.
  router.use(
    inOneLayer(
      openScope(clock),
      accessLog({ log, clock }),
      refuseAfterLast,
      requireVersion,
      readTarget,
      requireHost,
      requireKnownTransferCoding,
      ...whereTo,
      shedLoad(overload),
    ),
  );
  // First of the routes, because nearly all requests are theirs. All routes stand in one router: one within
  // another costs each request as much as all that is done for it here.
  addJobsRoutes(router, options);
  addHealthRoutes(router, notReadyBecause);
  addProblemPages(router);
  addOpenApiRoute(router);
  router.use(notFound);
  router.use(answerWithProblem);
  return router;
}
