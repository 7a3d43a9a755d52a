import type { Check } from './unless-refused.ts';

const jobsPath = /^\/jobs(?:\/|$)/;

/** Whether a path is one of jobs, whatever stands there. */
export const isAboutJobs = (path: string) => jobsPath.test(path);

/**
 * A check of requests about jobs only. Not `router.use('/jobs', …)`: that cuts the path and puts it together again,
 * and would do it wrongly where the target has named its host, as `requireWellFormed` has taken that off since.
 */
export function forJobs(check: Check): Check {
  return (request, response) => (isAboutJobs(request.path) ? check(request, response) : undefined);
}
