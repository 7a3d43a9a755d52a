import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import { announcesBody } from '../body/body-head.ts';
import { UnreadableRequest } from '../errors.ts';
import { contextOf } from '../request-context.ts';

/** How long, and for how much, a connection stays open for a caller that still sends what nobody will read. */
const lingerMs = 2_000;
const lingerBytes = 1_000_000;

const closingKey = Symbol('the last answer of a connection is under way');

interface ClosingSocket extends Socket {
  [closingKey]?: boolean;
}

/**
 * Whether the answer has to be the last one of its connection: the request has a body that was not read to its
 * end. What follows on that connection is the rest of that body, as much as there may be of it.
 */
export function leavesBodyUnread({ req: request }: ServerResponse): boolean {
  return announcesBody(request.headers) && request.headers['content-length'] !== '0' && !request.complete;
}

/**
 * Closes the connection after this answer in stages (RFC 9112, 9.6): our side at once, the other one when the
 * caller has closed it, or has sent the rest of its body, or after a bounded time or amount. Closed at once with
 * unread bytes, TCP resets the connection, and the caller may lose the answer.
 */
export function closeAfter(response: ServerResponse): void {
  const { req: request } = response;
  const { clock } = contextOf(response);
  const socket: ClosingSocket = request.socket;
  if (socket[closingKey] || request.httpVersionMajor !== 1) return;
  socket[closingKey] = true;
  const closeWhenSent = socket.destroySoon.bind(socket);
  let leftBytes = lingerBytes;
  let isAnswered = false;
  // Node calls it when the last answer of a connection is out.
  socket.destroySoon = () => {
    const cancel = clock.after(lingerMs, () => socket.destroy());
    socket.once('close', cancel);
    socket.end();
    isAnswered = true;
    if (request.readableEnded || leftBytes < 0) closeWhenSent();
    else request.once('end', closeWhenSent);
  };
  // Listened to from now on: a request that nobody has begun to read is read by Node, without a bound. Answers to
  // what came before it on its connection may still have to go out.
  request.on('data', ({ length }) => {
    leftBytes -= length;
    if (leftBytes >= 0) return;
    if (isAnswered) closeWhenSent();
    else request.pause();
  });
  request.resume();
}

/** RFC 9112, 9.6: nothing is done any more for what a caller sends on a connection that is being closed. */
export const refuseAfterLast: RequestHandler = (request, _response, next) => {
  const socket: ClosingSocket = request.socket;
  if (socket[closingKey]) throw new UnreadableRequest('This connection is being closed.');
  next();
};
