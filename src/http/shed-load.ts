import type { Request } from 'express';
import { isAboutJobs } from './about-jobs.ts';
import { Overloaded } from './errors.ts';

export interface ShedLoadOptions {
  /** How late the event loop is, in milliseconds. */
  readonly load: { lagMs(): number };
  /** Beyond this, requests are refused. */
  readonly lagMs: number;
  readonly retryAfterMs: number;
}

/**
 * Refuses what would only wait, before anything of it is read: a late answer costs as much as one in time
 * and is worth nothing to whoever has given up. Only jobs, because nothing else costs enough for that to help:
 * health has to be answered above all under load, and the document and the pages are for people.
 */
export function shedLoad({ load, lagMs, retryAfterMs }: ShedLoadOptions): (request: Request) => void {
  return (request) => {
    const measuredMs = load.lagMs();
    if (measuredMs <= lagMs || !isAboutJobs(request.path)) return;
    throw new Overloaded('This service has more to do than it can do in time; nothing was sent to Adobe.', {
      internal: `The event loop is ${Math.round(measuredMs)} ms late; over ${lagMs} ms jobs are refused`,
      retryAfterMs,
    });
  };
}
