import type { IRouter } from 'express';
import helmet from 'helmet';
import type { CountRequest } from '../callers/limits/caller-limits.ts';
import type { Log } from '../observability/log.ts';
import { forJobs } from './about-jobs.ts';
import { accessLog } from './access-log.ts';
import { type AddressedAs, requireOwnHost } from './addressed-host.ts';
import { authenticate, type IdentifyCaller } from './callers/authenticate.ts';
import { limitCallers } from './callers/limit-callers.ts';
import { allowOrigins, answerPreflights } from './cors/allow-origins.ts';
import type { IsNamedOrigin } from './cors/named-origins.ts';
import { answerWithProblem, notFound } from './fallbacks.ts';
import { helmetOptions } from './helmet-options.ts';
import { addJobsRoutes, type JobsRoutesOptions } from './jobs-routes.ts';
import type { Proxied } from './proxies/proxied.ts';
import { openContext } from './request-context.ts';
import { addServiceRoutes, type Readiness } from './service-routes.ts';
import { type ShedLoadOptions, shedLoad } from './shed-load.ts';
import { unlessRefused } from './unless-refused.ts';
import { requireWellFormed } from './well-formed-request.ts';

export interface RouterOptions extends JobsRoutesOptions {
  readonly notReadyBecause: Readiness;
  readonly identify: IdentifyCaller;
  readonly countRequest: CountRequest;
  /** Any name and any page, unless given: then a gateway or the host application decides. */
  readonly addressedAs?: AddressedAs;
  /** What stands in front and says something about requests; nothing unless given. */
  readonly proxied?: Proxied;
  /** Pages of other origins may not call, unless given. */
  readonly isNamedOrigin?: IsNamedOrigin;
  readonly overload: ShedLoadOptions;
  readonly log: Log;
}

/**
 * What happens to a request, in order.
 *
 * @param router an app of our own, or what is mounted in somebody else's. Its paths have to be case-sensitive.
 */
export function addSteps(router: IRouter, options: RouterOptions): void {
  const { notReadyBecause, overload, addressedAs, isNamedOrigin, identify, countRequest, proxied } = options;
  const { log, clock } = options;

  // First, because every answer names the request's id; its end is the log line, which names it too.
  router.use(openContext({ clock, ...(proxied && { proxied }), whenOver: accessLog({ log, clock }) }));
  // Before anything that can answer, refusals included.
  router.use(helmet(helmetOptions));
  // So too, because a page gets to read no answer without it, not even that it is not known (401).
  if (isNamedOrigin !== undefined) router.use(allowOrigins(isNamedOrigin));

  // What is not valid HTTP; the next steps rely on its target and its Host.
  router.use(requireWellFormed);
  // Before callers are authenticated, because a browser sends no credential with a preflight, and before load is shed,
  // because one that is refused would hide from the page that there is too much to do.
  if (isNamedOrigin !== undefined) router.use(answerPreflights(isNamedOrigin));
  router.use(
    unlessRefused(
      // What is valid, and not served here, or not now.
      addressedAs && requireOwnHost(addressedAs),
      shedLoad(overload),
      // Before the path is looked at any further, so that who is not known learns nothing of jobs.
      forJobs(authenticate(identify)),
      // By caller, so after it is known; before its permissions and its body are looked at, so that what is refused counts.
      forJobs(limitCallers(countRequest)),
    ),
  );

  // Nearly all requests are about jobs.
  addJobsRoutes(router, options);
  addServiceRoutes(router, notReadyBecause);

  router.use(notFound);
  router.use(answerWithProblem);
}
