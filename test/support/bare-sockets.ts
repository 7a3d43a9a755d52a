import type { AddressInfo, Server, Socket } from 'node:net';

/** Ends the connection behind `last`, and answers nothing else. */
export function end(socket: Socket, last = ''): undefined {
  socket.end(last);
}

export function reset(socket: Socket): undefined {
  socket.resetAndDestroy();
}

/** Leads all bytes of one to the other. */
export function join(one: Socket, other: Socket): void {
  for (const socket of [one, other]) socket.on('error', () => socket.destroy());
  one.pipe(other).pipe(one);
}

/** Listens on loopback; whoever is connected when it is disposed of is cut off. */
export async function listening(
  server: Server,
): Promise<AsyncDisposable & { port: number; isConnected(): boolean }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    isConnected: () => sockets.size > 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
