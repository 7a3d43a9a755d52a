import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The connections of this process, and the answers that it is giving on them. */
export interface AnswersUnderWay {
  /** From the first moment of a connection until it is closed. */
  open(connection: Socket): void;
  begin(request: IncomingMessage, response: ServerResponse): void;
  /** The last one on a connection, closed or not. */
  latestOn(connection: Duplex): ServerResponse | undefined;
  /** The last one on a connection, until it is closed. */
  on(connection: Duplex): ServerResponse | undefined;
  all(): ServerResponse[];
  connections(): Socket[];
}

/**
 * Kept by connection and not each in a set of its own: a set that is filled and emptied all the time is made anew
 * every few requests, and each that V8 has moved to its old generation holds the next one, and with it every
 * request that was under way then, until the next full collection.
 */
export function createAnswersUnderWay(): AnswersUnderWay {
  const latest = new Map<Duplex, ServerResponse | undefined>();
  const connections = new Set<Socket>();
  const underWay = (response: ServerResponse | undefined) => (response?.closed ? undefined : response);

  return {
    open(connection) {
      connections.add(connection);
      connection.once('close', () => {
        connections.delete(connection);
        latest.delete(connection);
      });
    },
    begin({ socket }, response) {
      latest.set(socket, response);
    },
    latestOn: (connection) => latest.get(connection),
    on: (connection) => underWay(latest.get(connection)),
    all: () => [...latest.values()].flatMap((response) => underWay(response) ?? []),
    connections: () => [...connections],
  };
}
