import type { Request, RequestHandler, Response } from 'express';

/** Refuses a request by throwing, at once or later; otherwise the next one is asked. */
export type Check = (request: Request, response: Response) => Promise<void> | void;

/**
 * Several checks, in their order, as one step of Express: each layer of its router takes about 2 µs of a cached read's 50.
 *
 * @param checks undefined for one that this service does without
 */
export function unlessRefused(...checks: (Check | undefined)[]): RequestHandler {
  const given = checks.filter((check) => check !== undefined);

  return function pass(request, response, next): Promise<void> | void {
    return askFrom(0);

    function askFrom(first: number): Promise<void> | void {
      for (let at = first; at < given.length; at += 1) {
        const pending = given[at]?.(request, response);
        // Nearly all checks know at once, and cost no promise.
        if (pending !== undefined) return pending.then(() => askFrom(at + 1));
      }
      next();
    }
  };
}
