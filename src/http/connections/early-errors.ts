import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorCode } from '../../observability/error-code.ts';
import { RequestAbandoned } from '../../platform/errors.ts';
import type { Fault } from '../../problems/fault.ts';
import { MethodNotAllowed, NotReady, type RequestTimedOut } from '../errors.ts';
import { refuseBroken } from '../fallbacks.ts';
import { findContext } from '../request-context.ts';
import { isClosing } from './close-after.ts';
import { type AnyServer, type Connections, connectionEvent } from './connections.ts';
import { toFramingFault } from './framing-faults.ts';
import { holdHandshakes } from './handshakes.ts';
import { type RefusalOptions, refuseConnection } from './refuse-connection.ts';

export interface EarlyErrorsOptions extends RefusalOptions {
  /** What the server takes of a request line and headers together. */
  readonly largestHeadersBytes: number;
}

export interface EarlyErrors {
  /** Closes what is not answering a whole request, and says so where one has begun. */
  refuseIncomplete(): void;
}

/**
 * Answers with a problem where Node's server would answer by itself, or not at all, because no whole request came
 * about: broken HTTP, a head that is too large, what comes too slowly, what ends too early, CONNECT.
 */
export function answerEarlyErrors(
  server: AnyServer,
  connections: Connections,
  options: EarlyErrorsOptions,
): EarlyErrors {
  const refuse = (socket: Duplex, fault: Fault) => refuseConnection(socket, fault, options);
  /** Those that have had their answer, or will have it in their turn: nothing more is said on them. */
  const settled = new WeakSet<Duplex>();

  function hold(socket: Socket): void {
    // From its first moment, and whatever becomes of it: Node takes its own listener away at CONNECT, and an error
    // that nobody listens to ends the process.
    socket.on('error', () => {});
    connections.open(socket);
  }

  /** What came after whole requests gets its answer after theirs: to their callers an export may have been started. */
  function refuseInTurn(socket: Duplex, fault: Fault, underWay = connections.underWay(socket)): void {
    settled.add(socket);
    endStreams(underWay);
    const last = underWay.at(-1);
    if (last === undefined) refuse(socket, fault);
    else last.once('close', () => socket.destroyed || refuse(socket, fault));
  }

  function refuseInItsMiddle(response: ServerResponse, fault: Fault): void {
    const { socket } = response.req;
    settled.add(socket);
    endStreams(connections.underWay(socket).filter((other) => other !== response));
    refuseMidway(response, fault);
  }

  /** The latest request on a connection, where it has not been read whole. */
  function incompleteOn(socket: Duplex) {
    const response = connections.latestOn(socket);
    return response && !response.req.complete ? response : undefined;
  }

  server.on(connectionEvent(server), hold);
  const handshakes = holdHandshakes(server);

  server.on('clientError', (error, socket) => {
    if (handshakes.isUnderWay(socket)) {
      const code = errorCode(error);
      // Not of one that was only opened and closed, as by a balancer that looks whether anybody listens.
      if (code?.startsWith('ERR_SSL_')) options.log.info({ error: code }, 'TLS handshake failed');
      socket.destroy();
      return;
    }
    // It has its answer, and is read from only until it is closed.
    if (settled.has(socket) || isClosing(socket)) return;
    const fault = toFramingFault(error, options.largestHeadersBytes);
    const incomplete = incompleteOn(socket);
    if (fault === undefined) {
      // The connection broke. A request that was being served has a log line of its own.
      if (connections.latestOn(socket) === undefined && hasBegun(socket))
        refuse(socket, new RequestAbandoned('The connection broke before the request was complete.'));
      socket.destroy();
    } else if (incomplete?.closed) {
      // Answered already, before its body was there: another answer would be taken for the next request's.
      socket.destroy();
    } else if (incomplete) {
      refuseInItsMiddle(incomplete, fault);
    } else if (isSilent(fault) && !hasBegun(socket)) {
      // Opened ahead by a gateway and never used: nobody asked for anything.
      socket.destroy();
    } else {
      refuseInTurn(socket, fault);
    }
  });

  server.on('connect', ({ socket }, stream) => {
    // Not the socket itself where CONNECT has a body.
    stream.on('error', () => {});
    const underWay = connections.underWay(socket);
    // Node no longer does it, once it has handed the socket over.
    stream.once('close', () => {
      for (const response of underWay) response.destroy();
    });
    const fault = new MethodNotAllowed('This is no proxy: CONNECT is not supported.', { allow: [] });
    settled.add(socket);
    refuseInTurn(stream, fault, underWay);
  });

  return {
    refuseIncomplete() {
      handshakes.abandon();
      for (const socket of connections.all()) {
        if (settled.has(socket) || isClosing(socket)) continue;
        const incomplete = incompleteOn(socket);
        const fault = new NotReady('This process is stopping, and the request was not complete.');
        if (incomplete && !incomplete.closed) refuseInItsMiddle(incomplete, fault);
        else if (incomplete || !hasBegun(socket)) socket.destroy();
        else if (connections.underWay(socket).length === 0) refuse(socket, fault);
      }
    },
  };
}

/** A stream has no end that what comes behind it could wait for. */
function endStreams(responses: readonly ServerResponse[]): void {
  for (const response of responses) if (response.headersSent) response.end();
}

const isSilent = ({ code }: { code: string }) =>
  code === ('request-timed-out' satisfies RequestTimedOut['code']);

const hasBegun = (socket: Duplex) => 'bytesRead' in socket && socket.bytesRead !== 0;

/**
 * Answers a request that broke off, whatever its handler still waits for, and closes its connection. An answer
 * that has begun is cut off; one that is complete stays.
 */
function refuseMidway(response: ServerResponse, fault: Fault): void {
  if (response.writableEnded) return;
  const context = findContext(response);
  if (context === undefined) response.destroy();
  else refuseBroken(context, fault);
}
