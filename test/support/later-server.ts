import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A place where nobody listens, until somebody does who passes all on. */
export interface LaterServer extends AsyncDisposable {
  readonly url: string;
  /** From now on it leads there. */
  leadTo(url: string): Promise<void>;
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
const close = (server: Server) => new Promise<unknown>((resolve) => server.close(resolve));

export async function reserveServer(): Promise<LaterServer> {
  const reserving = createServer();
  await listen(reserving, 0);
  const { port } = reserving.address() as AddressInfo;
  await close(reserving);
  const sockets = new Set<Socket>();
  let target = 0;
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1');
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async leadTo(url) {
      target = Number(new URL(url).port);
      await listen(server, port);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}
