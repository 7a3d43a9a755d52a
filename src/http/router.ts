import { Router } from 'express';
import helmet from 'helmet';
import type { Log } from '../observability/log.ts';
import { accessLog } from './access-log.ts';
import { type AddressedAs, requireOwnHost } from './addressed-host.ts';
import { readPacketToItsEnd, refuseAfterLast } from './connections/close-after.ts';
import { allowRefusal, answerWithProblem, notFound } from './fallbacks.ts';
import { addJobsRoutes, type JobsRoutesOptions } from './jobs-routes.ts';
import { openContext } from './request-context.ts';
import { addServiceRoutes, type Readiness } from './service-routes.ts';
import { type ShedLoadOptions, shedLoad } from './shed-load.ts';
import {
  readTarget,
  requireHost,
  requireKnownTransferCoding,
  requireVersion,
} from './well-formed-request.ts';

export interface RouterOptions extends JobsRoutesOptions {
  readonly notReadyBecause: Readiness;
  /** Any name and any page, unless given: then a gateway or the host application decides. */
  readonly addressedAs?: AddressedAs;
  readonly overload: ShedLoadOptions;
  readonly log: Log;
}

/** What happens to a request, in order. */
export function createRouter(options: RouterOptions): Router {
  const { notReadyBecause, overload, addressedAs, log, clock } = options;
  const router = Router({ caseSensitive: true });

  // First, because the log line and every answer name the request's id.
  router.use(openContext(clock));
  router.use(accessLog({ log, clock }));
  router.use(allowRefusal);
  // Before anything that can answer, refusals included.
  router.use(helmet());

  // What is not valid HTTP, or comes on a connection that is being closed: refused at once, in the order in which
  // requests came, and with it the rest of its connection.
  router.use(refuseAfterLast);
  router.use(requireVersion);
  router.use(readTarget);
  router.use(requireHost);
  router.use(requireKnownTransferCoding);
  // What is valid, and not served here or now.
  router.use(readPacketToItsEnd);
  if (addressedAs !== undefined) router.use(requireOwnHost(addressedAs));
  router.use(shedLoad(overload));

  // Nearly all requests are about jobs.
  addJobsRoutes(router, options);
  addServiceRoutes(router, notReadyBecause);

  router.use(notFound);
  router.use(answerWithProblem);
  return router;
}
