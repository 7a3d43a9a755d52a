import type { Handler, RoutedRequest, RoutedResponse } from './routed.ts';

/** What is done for every request before a route is looked for. Throws to refuse it. */
export type Step = (request: RoutedRequest, response: RoutedResponse) => void;

/** Several steps as one layer of Express's, which takes longer from one layer to the next than a step does. */
export function inOneLayer(...steps: readonly Step[]): Handler {
  return (request, response, next) => {
    for (const step of steps) step(request, response);
    next();
  };
}
