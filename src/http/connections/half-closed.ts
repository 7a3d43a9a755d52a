import type { Socket } from 'node:net';
import { type AnyServer, type Connections, connectionEvent } from './connections.ts';

/** Emitted on a response whose caller is gone, or has closed its side of the connection a while ago and may be. */
export const callerMayBeGone = Symbol('the caller may be gone');

/**
 * How long a read goes on for a caller that has closed its side: on the wire one that only has no more to say looks
 * the same as one that is gone, and reads of the latter end within a second. Decision 0011, and
 * https://github.com/httpwg/http-core/issues/22
 */
const graceMs = 500;

/** Answers callers that close their side of the connection when their requests are out (RFC 9112, 9.6). */
export function answerHalfClosed(server: AnyServer, connections: Connections): void {
  // A property that Node does not document: without it Node closes the other side at once.
  Object.assign(server, { httpAllowHalfOpen: true });

  const tell = (socket: Socket) => {
    for (const response of connections.underWay(socket)) response.emit(callerMayBeGone);
  };

  function onEnd(socket: Socket): void {
    // Those who come back want the place of a stream, which would go on for ever, and so would answers behind it wait.
    for (const response of connections.underWay(socket)) if (response.headersSent) response.end();
    const timer = setTimeout(() => tell(socket), graceMs);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  }

  server.on(connectionEvent(server), (socket: Socket) => {
    // With TLS only from here on: whoever closes its side in the middle of a handshake is gone.
    socket.allowHalfOpen = true;
    socket.once('end', () => onEnd(socket));
    // Node tells only the answer whose turn it is, and not those that wait behind it.
    socket.once('close', () => tell(socket));
  });
}
