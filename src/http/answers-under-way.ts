import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The answers that this process is giving. */
export interface AnswersUnderWay {
  begin(request: IncomingMessage, response: ServerResponse): void;
  /** The last one on a connection, until it is closed. */
  on(connection: Duplex): ServerResponse | undefined;
  all(): ServerResponse[];
}

/**
 * Kept by connection and not each in a set of its own: a set that is filled and emptied all the time is made anew
 * every few requests, and each that V8 has moved to its old generation holds the next one, and with it every
 * request that was under way then, until the next full collection.
 */
export function createAnswersUnderWay(): AnswersUnderWay {
  const latest = new Map<Duplex, ServerResponse>();
  const underWay = (response: ServerResponse | undefined) => (response?.closed ? undefined : response);

  return {
    begin({ socket }, response) {
      if (!latest.has(socket)) socket.once('close', () => latest.delete(socket));
      latest.set(socket, response);
    },
    on: (connection) => underWay(latest.get(connection)),
    all: () => [...latest.values()].filter(underWay),
  };
}
