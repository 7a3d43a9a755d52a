import type { Request, Response } from 'express';
import type { Caller } from '../../callers/caller.ts';
import { contextOf } from '../request-context.ts';
import type { Check } from '../unless-refused.ts';

/**
 * Finds out who sends a request, by its credentials.
 *
 * @throws NotAuthenticated, AuthenticationUnavailable
 */
export type IdentifyCaller = (request: Request) => Caller | Promise<Caller>;

/** Lets nobody pass whom `identify` does not know. */
export function authenticate(identify: IdentifyCaller): Check {
  return (request, response) => {
    const context = contextOf(response);
    const caller = identify(request);
    // Most callers are remembered, and cost no promise.
    if (!(caller instanceof Promise)) {
      context.caller = caller;
      return;
    }
    return caller.then((known) => {
      context.caller = known;
    });
  };
}

/** Who sends it. A route that nobody was authenticated for fails here, so none can be left open by mistake. */
export function callerOf(response: Response): Caller {
  const { caller } = contextOf(response);
  if (caller === undefined) throw new TypeError('Callers are authenticated before any route about jobs');
  return caller;
}
