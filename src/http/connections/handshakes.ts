import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type AnyServer, connectionEvent } from './connections.ts';

/** The connections on which TLS is not ready yet: nobody has asked for anything on them. */
export interface Handshakes {
  isUnderWay(socket: Duplex): boolean;
  /** Closes them all. */
  abandon(): void;
}

/** By the other end, because Node does not say which of its two sockets belong to each other. */
const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

/** Without TLS there are none. */
export function holdHandshakes(server: AnyServer): Handshakes {
  const beneath = new Map<string, Socket>();
  const isReady = new WeakSet<Duplex>();

  if (connectionEvent(server) === 'secureConnection') {
    server.on('connection', (socket: Socket) => {
      const peer = peerOf(socket);
      // An error that nobody listens to ends the process.
      socket.on('error', () => {});
      beneath.set(peer, socket);
      socket.once('close', () => {
        // The same peer may be back already.
        if (beneath.get(peer) === socket) beneath.delete(peer);
      });
    });
    server.on('secureConnection', (socket: Socket) => {
      isReady.add(socket);
      beneath.delete(peerOf(socket));
    });
  }

  return {
    isUnderWay: (socket) => socket instanceof TLSSocket && !isReady.has(socket),
    abandon() {
      for (const socket of beneath.values()) socket.destroy();
    },
  };
}
