import type { RequestHandler } from 'express';

const jobsPath = /^\/jobs(?:\/|$)/;

/** Whether a path is one of jobs, whatever stands there. */
export const isAboutJobs = (path: string) => jobsPath.test(path);

/**
 * What is done to requests about jobs only. Not `router.use('/jobs', …)`: that cuts the path and puts it together again,
 * and would do it wrongly where the target has named its host, as `requireWellFormed` has taken that off since.
 */
export function forJobs(handler: RequestHandler): RequestHandler {
  return (request, response, next) => (isAboutJobs(request.path) ? handler(request, response, next) : next());
}
