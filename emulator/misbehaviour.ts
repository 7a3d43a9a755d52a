import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../src/observability/clock.ts';
import { type RequestBook, type Route, routes } from './requests.ts';

/** What can go wrong, in the way it does. */
const mannerSchema = z.discriminatedUnion('kind', [
  /** An answer of your own. An object is sent as JSON, a text as it is. */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
  }),
  /** Late by the emulator's clock, and then what else is planned for it, or the right answer. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0) }),
  /** No answer, ever. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Headers and the beginning of a body, and then silence. */
  z.strictObject({ kind: z.literal('hang-in-body') }),
  /** The connection is cut when the request has been read. */
  z.strictObject({ kind: z.literal('reset') }),
  /** The connection is cut in the middle of the answer. */
  z.strictObject({ kind: z.literal('half-body') }),
  /** A body that does not end, until the caller hangs up. */
  z.strictObject({ kind: z.literal('endless-body') }),
  /** A page of a load balancer. */
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).default(502) }),
  z.strictObject({ kind: z.literal('empty'), status: z.int().min(200).max(599).default(503) }),
  /** The gateway's 401013, whatever the token. */
  z.strictObject({ kind: z.literal('refuse-token') }),
]);

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

export function createMisbehaviours(clock: Clock, requests: RequestBook): Misbehaviours {
  let planned: { route: Route | undefined; left: number; how: Manner }[] = [];

  function take(route: Route, isLate: boolean): Manner | undefined {
    const due = planned
      .filter(({ how }) => how.kind !== 'delay' || !isLate)
      .find((one) => (one.route === undefined ? fits(one.how, route) : one.route === route));
    if (due === undefined) return undefined;
    due.left -= 1;
    if (due.left === 0) planned = planned.filter((one) => one !== due);
    return due.how;
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
      const proceed = (isLate: boolean): void => {
        const how = take(route, isLate);
        if (how === undefined) next();
        else if (how.kind === 'delay') clock.after(how.ms, () => proceed(true));
        else misbehave(how, response);
      };
      proceed(false);
    },
  };
}

/** IMS refuses no token: it gives them. */
function fits(how: Manner, route: Route): boolean {
  return how.kind !== 'refuse-token' || (route !== 'token' && route !== 'jwt');
}

const page = '<html><body><h1>502 Bad Gateway</h1><hr>openresty</body></html>';

function misbehave(how: Exclude<Manner, { kind: 'delay' }>, response: Response): void {
  switch (how.kind) {
    case 'answer':
      response.status(how.status).set(how.headers);
      if (typeof how.body === 'object' && how.body !== null) response.json(how.body);
      else response.end(how.body === undefined ? undefined : String(how.body));
      return;
    case 'hang':
      return;
    case 'hang-in-body':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"id":');
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'half-body':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"id":', () => response.socket?.destroy());
      return;
    case 'endless-body':
      writeForEver(response);
      return;
    case 'html':
      response.status(how.status).type('html').send(page);
      return;
    case 'empty':
      response.status(how.status).end();
      return;
    case 'refuse-token':
      response.status(401).json({ error_code: '401013', message: 'Oauth token is not valid' });
  }
}

function writeForEver(response: Response): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}
