import type { IRouter, Request, RequestHandler } from 'express';
import helmet from 'helmet';
import type { Log } from '../observability/log.ts';
import { accessLog } from './access-log.ts';
import { type AddressedAs, requireOwnHost } from './addressed-host.ts';
import { answerWithProblem, notFound } from './fallbacks.ts';
import { helmetOptions } from './helmet-options.ts';
import { addJobsRoutes, type JobsRoutesOptions } from './jobs-routes.ts';
import { openContext } from './request-context.ts';
import { addServiceRoutes, type Readiness } from './service-routes.ts';
import { type ShedLoadOptions, shedLoad } from './shed-load.ts';
import { requireWellFormed } from './well-formed-request.ts';

export interface RouterOptions extends JobsRoutesOptions {
  readonly notReadyBecause: Readiness;
  /** Any name and any page, unless given: then a gateway or the host application decides. */
  readonly addressedAs?: AddressedAs;
  readonly overload: ShedLoadOptions;
  readonly log: Log;
}

/**
 * What happens to a request, in order.
 *
 * @param router an app of our own, or what is mounted in somebody else's. Its paths have to be case-sensitive.
 */
export function addSteps(router: IRouter, options: RouterOptions): void {
  const { notReadyBecause, overload, addressedAs, log, clock } = options;

  // First, because every answer names the request's id; its end is the log line, which names it too.
  router.use(openContext({ clock, whenOver: accessLog({ log, clock }) }));
  // Before anything that can answer, refusals included.
  router.use(helmet(helmetOptions));

  // What is not valid HTTP; the next steps rely on its target and its Host.
  router.use(requireWellFormed);
  // What is valid, and not served here, or not now.
  router.use(unlessRefused(addressedAs && requireOwnHost(addressedAs), shedLoad(overload)));

  // Nearly all requests are about jobs.
  addJobsRoutes(router, options);
  addServiceRoutes(router, notReadyBecause);

  router.use(notFound);
  router.use(answerWithProblem);
}

/** Several checks as one step of Express: each layer of its router takes about 2 µs of a cached read's 50. */
function unlessRefused(...checks: (((request: Request) => void) | undefined)[]): RequestHandler {
  const given = checks.filter((check) => check !== undefined);
  return (request, _response, next) => {
    for (const check of given) check(request);
    next();
  };
}
