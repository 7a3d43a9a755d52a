import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../src/observability/clock.ts';
import { type Beforehand, isBeforehand, mannerSchema, misbehave, misbehaveBefore } from './manner.ts';
import { type RequestBook, type Route, routes } from './requests.ts';

export const misbehaviourSchema = z.strictObject({
  /** Which call; every call unless given. */
  route: z.enum(routes).optional(),
  /** How often; for ever unless given. */
  times: z.int().min(1).optional(),
  how: mannerSchema,
});

export type Misbehaviour = z.input<typeof misbehaviourSchema>;
type Manner = z.output<typeof mannerSchema>;

export interface Misbehaviours {
  /** The first one asked for that fits a request is used up first. */
  add(misbehaviour: Misbehaviour): void;
  clear(): void;
  /** What is still to come. */
  planned(): readonly Misbehaviour[];
  /** Records the request, and misbehaves if that is due. */
  guard(route: Route): RequestHandler;
}

/** `orgId` is what some of Adobe's errors quote. */
export function createMisbehaviours(
  clock: Clock,
  requests: RequestBook,
  orgId = 'EMULATOR@AdobeOrg',
): Misbehaviours {
  let planned: { route: Route | undefined; left: number; how: Manner }[] = [];

  /** What is due for this request, and has not been done to it already. */
  function take(route: Route, done: ReadonlySet<Manner['kind']>): Manner | undefined {
    const due = planned
      .filter(({ how }) => !done.has(how.kind))
      .find((one) => (one.route === undefined ? fits(one.how, route) : one.route === route));
    if (due === undefined) return undefined;
    due.left -= 1;
    if (due.left === 0) planned = planned.filter((one) => one !== due);
    return due.how;
  }

  function before(how: Beforehand, response: Response, goOn: () => void): void {
    if (how.kind === 'delay') {
      clock.after(how.ms, goOn);
      return;
    }
    misbehaveBefore(how, response);
    goOn();
  }

  return {
    add(misbehaviour) {
      const { route, times = Number.POSITIVE_INFINITY, how } = misbehaviourSchema.parse(misbehaviour);
      planned.push({ route, left: times, how });
    },
    clear() {
      planned = [];
    },
    planned: () =>
      planned.map(({ route, left, how }) => ({
        ...(route && { route }),
        ...(Number.isFinite(left) && { times: left }),
        how,
      })),
    guard: (route) => (request, response, next) => {
      requests.add(route, request, response);
      const proceed = (done: ReadonlySet<Manner['kind']>): void => {
        const how = take(route, done);
        if (how === undefined) next();
        else if (!isBeforehand(how)) misbehave(how, response, orgId);
        else before(how, response, () => proceed(new Set([...done, how.kind])));
      };
      proceed(new Set());
    },
  };
}

/** IMS refuses no token: it gives them. */
function fits(how: Manner, route: Route): boolean {
  return how.kind !== 'refuse-token' || (route !== 'token' && route !== 'jwt');
}
