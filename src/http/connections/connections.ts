import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

export type AnyServer = HttpServer | HttpsServer;

/**
 * What tells of the socket that requests come on. With TLS there is a second one below it, which carries nothing but
 * what is encrypted: nothing may be written to that, and no request is ever found on it.
 */
export const connectionEvent = (server: AnyServer) =>
  server instanceof TlsServer ? 'secureConnection' : 'connection';

/** The connections of this process, and the answers that it is giving on them. */
export interface Connections {
  /** From the first moment of a connection until it is closed. */
  open(connection: Socket): void;
  /** Tells how many are under way on its connection before this one. */
  begin(request: IncomingMessage, response: ServerResponse): number;
  /** The answer to the latest request of a connection, also when it is complete. */
  latestOn(connection: Duplex): ServerResponse | undefined;
  /** The answers that are not complete yet: of one connection in the order of their requests, or of all. */
  underWay(connection?: Duplex): readonly ServerResponse[];
  all(): readonly Socket[];
}

const isUnderWay = ({ closed }: ServerResponse) => !closed;

/**
 * Kept by connection and not each in one large set: a set that is filled and emptied all the time is made anew
 * every few requests, and each that V8 has moved to its old generation holds the next one, and with it every
 * request that was under way then, until the next full collection.
 */
export function createConnections(): Connections {
  /** In the order of their requests; those that are complete are taken out when another one begins. */
  const answers = new Map<Duplex, ServerResponse[]>();
  const connections = new Set<Socket>();

  return {
    open(connection) {
      connections.add(connection);
      connection.once('close', () => {
        connections.delete(connection);
        answers.delete(connection);
      });
    },
    begin({ socket }, response) {
      const those = answers.get(socket);
      if (those === undefined) {
        answers.set(socket, [response]);
        return 0;
      }
      // They end in their order. A copy for each would take the square of what one packet may hold.
      while (those[0]?.closed) those.shift();
      return those.push(response) - 1;
    },
    latestOn: (connection) => answers.get(connection)?.at(-1),
    underWay(connection) {
      if (connection !== undefined) return answers.get(connection)?.filter(isUnderWay) ?? [];
      return [...answers.values()].flatMap((those) => those.filter(isUnderWay));
    },
    all: () => [...connections],
  };
}
