import type { Request, RequestHandler, Response } from 'express';

/** What is done for every request before a route is looked for. Throws to refuse it. */
export type Step = (request: Request, response: Response) => void;

/** Several steps as one layer of Express's, which takes longer from one layer to the next than a step does. */
export function inOneLayer(...steps: readonly Step[]): RequestHandler {
  return (request, response, next) => {
    for (const step of steps) step(request, response);
    next();
  };
}
