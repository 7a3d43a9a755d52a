import { randomUUID } from 'node:crypto';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Response } from 'express';
import { z } from 'zod';
import {
  codings,
  emptySuccess,
  encodeAnswer,
  listLate,
  loseAnswer,
  losses,
  refuseAtGateway,
  sendBytes,
  sendJson,
} from './answers.ts';
import { errorAnswer, errorShapes } from './error-shapes.ts';

const headersSchema = z.record(z.string(), z.string()).refine(canBeSent, 'These headers cannot be sent');
const coding = z.enum(codings);

/** What happens before the answer; the answer is then what else is planned, or the right one. */
const beforehand = [
  /** Late by the emulator's clock. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0).max(1e12) }),
  /** An answer that nobody asked for comes before the one that counts. */
  z.strictObject({ kind: z.literal('informational'), status: z.literal([100, 102, 103]).default(100) }),
  /** The answer is compressed, asked for or not. */
  z.strictObject({ kind: z.literal('encoded'), coding: coding.default('gzip') }),
  /** What was asked for is done, and the answer says so by its status and its headers only. */
  z.strictObject({ kind: z.literal('empty-success'), status: z.int().min(200).max(299).default(204) }),
  /** What was asked for is done, and the answer never arrives. */
  z.strictObject({ kind: z.literal('lost-answer'), instead: z.enum(losses).default('reset') }),
  /** The job that is created can be read at once, and is in the list only so much later by the emulator's clock. */
  z.strictObject({ kind: z.literal('late-in-list'), ms: z.number().min(0).max(1e12) }),
] as const;

/** What can go wrong, in the way it does. */
export const mannerSchema = z.discriminatedUnion('kind', [
  /** An answer of your own. An object is sent as JSON, a text as it is. */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    headers: headersSchema.default({}),
    body: z.unknown().optional(),
    coding: coding.optional(),
  }),
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
  /** One of the shapes in which Adobe says no, with its own status unless another is given. */
  z.strictObject({
    kind: z.literal('error-shape'),
    shape: z.enum(errorShapes),
    status: z.int().min(400).max(599).optional(),
  }),
  ...beforehand,
]);

type Manner = z.output<typeof mannerSchema>;
export type Beforehand = z.output<(typeof beforehand)[number]>;
export type Answering = Exclude<Manner, Beforehand>;

const beforehandKinds = new Set<Manner['kind']>(beforehand.map(({ shape }) => shape.kind.value));

export function isBeforehand(how: Manner): how is Beforehand {
  return beforehandKinds.has(how.kind);
}

const page = '<html><body><h1>502 Bad Gateway</h1><hr>openresty</body></html>';

export function misbehave(how: Answering, response: Response, orgId: string): void {
  switch (how.kind) {
    case 'answer':
      if (how.coding) encodeAnswer(response, how.coding);
      response.status(how.status).set(how.headers);
      sendGiven(response, how.body);
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
      response.status(how.status).type('html');
      sendBytes(response, Buffer.from(page));
      return;
    case 'empty':
      response.status(how.status).end();
      return;
    case 'refuse-token':
      response.set('x-request-id', randomUUID());
      refuseAtGateway(response, 401, '401013', 'Oauth token is not valid');
      return;
    case 'error-shape': {
      const { status, type, body } = errorAnswer(how.shape, orgId);
      response.set('x-request-id', randomUUID());
      if (body === undefined) response.status(how.status ?? status).end();
      else sendJson(response, how.status ?? status, body, type);
    }
  }
}

export function misbehaveBefore(how: Exclude<Beforehand, { kind: 'delay' }>, response: Response): void {
  if (how.kind === 'encoded') encodeAnswer(response, how.coding);
  else if (how.kind === 'empty-success') emptySuccess(response, how.status);
  else if (how.kind === 'lost-answer') loseAnswer(response, how.instead);
  else if (how.kind === 'late-in-list') listLate(response, how.ms);
  else if (how.status === 100) response.writeContinue();
  else if (how.status === 102) response.writeProcessing();
  else response.writeEarlyHints({ link: '</>; rel=preconnect' });
}

function sendGiven(response: Response, body: unknown): void {
  if (body === undefined) {
    response.end();
    return;
  }
  const isJson = typeof body === 'object' && body !== null;
  // The length of what is sent is nobody's wish: `half-body` is for that.
  if (isJson) response.removeHeader('content-length');
  if (isJson && !response.get('content-type')) response.type('json');
  sendBytes(response, Buffer.from(isJson ? JSON.stringify(body) : String(body)));
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

function canBeSent(headers: Readonly<Record<string, string>>): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
}
