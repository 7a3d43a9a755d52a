import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { announcesBody } from '../body/body-head.ts';
import { contextOf } from '../request-context.ts';
import { linger } from './linger.ts';

/** How much is read and dropped of what a caller still sends after its last answer. */
const lingerBytes = 1_000_000;

const closing = new WeakSet<Duplex>();

/**
 * Whether the last answer of a connection is out or under way: nothing is done any more for what still comes on it
 * (RFC 9112, 9.6).
 */
export const isClosing = (connection: Duplex): boolean => closing.has(connection);

/**
 * Whether the answer has to be the last one of its connection: the request has a body that has not come to its end.
 * What follows on that connection is the rest of that body, as much as there may be of it.
 */
export function leavesBodyUnread({ req: request }: ServerResponse): boolean {
  return announcesBody(request.headers) && request.headers['content-length'] !== '0' && !request.complete;
}

/** Closes the connection in stages when this answer is out, and those before it. */
export function closeAfter(response: ServerResponse): void {
  const { req: request } = response;
  const { clock } = contextOf(response);
  const { socket } = request;
  if (closing.has(socket) || request.httpVersionMajor !== 1) return;
  closing.add(socket);
  let leftBytes = lingerBytes;
  let isAnswered = false;
  // Node calls it when the last answer of a connection is out.
  socket.destroySoon = () => {
    isAnswered = true;
    if (leftBytes < 0) socket.destroy();
    else linger(socket, clock);
  };
  // Listened to from now on: a request that nobody has begun to read is read by Node, without a bound. Answers to
  // what came before it on its connection may still have to go out.
  request.on('data', ({ length }) => {
    leftBytes -= length;
    if (leftBytes >= 0) return;
    if (isAnswered) socket.destroy();
    else request.pause();
  });
  request.resume();
}
