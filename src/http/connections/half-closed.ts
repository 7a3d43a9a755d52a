import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswersUnderWay } from './answers-under-way.ts';

/** Emitted on a response whose caller has closed its side of the connection a while ago and may be gone. */
export const callerMayBeGone = Symbol('the caller may be gone');

/**
 * How long a read goes on for a caller that has closed its side: on the wire one that only has no more to say looks
 * the same as one that is gone, and reads of the latter end within a second. Decision 0011, and
 * https://github.com/httpwg/http-core/issues/22
 */
const graceMs = 500;

/** Answers callers that close their side of the connection when their request is out (RFC 9112, 9.6). */
export function answerHalfClosed(server: Server, answers: AnswersUnderWay): void {
  // A property that Node does not document: without it Node closes the other side at once.
  Object.assign(server, { httpAllowHalfOpen: true });

  function onEnd(socket: Socket): void {
    const response = answers.on(socket);
    if (response === undefined || response.writableEnded) return;
    // A stream of events has no end that could be waited for, and its place is wanted by whoever comes back.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const timer = setTimeout(() => response.writableEnded || response.emit(callerMayBeGone), graceMs);
    timer.unref();
    response.once('close', () => clearTimeout(timer));
  }

  server.on('connection', (socket: Socket) => socket.once('end', () => onEnd(socket)));
}
