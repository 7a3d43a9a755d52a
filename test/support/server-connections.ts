import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** The service's own side of its connections, which callers cannot see when they are gone. */
export interface ServerConnections {
  open(): number;
  /** Breaks them, as a network does. */
  cut(): void;
  stop(): void;
}

export function watchServerConnections(url: string): ServerConnections {
  const sockets = new Set<Socket>();
  const port = Number(new URL(url).port);
  const add = (message: unknown) => {
    const { socket } = Object(message);
    if (socket instanceof Socket && socket.localPort === port) sockets.add(socket);
  };
  subscribe('net.server.socket', add);
  return {
    open: () => [...sockets].filter(({ destroyed }) => !destroyed).length,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: () => unsubscribe('net.server.socket', add),
  };
}
