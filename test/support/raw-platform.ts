import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface RawPlatform extends AsyncDisposable {
  readonly url: string;
  /** The head of each request that has arrived whole. */
  readonly requests: readonly string[];
  /** Whether anybody is connected. */
  isConnected(): boolean;
}

/** What to do on the socket for a request, which is the `count`th; a text or bytes are sent as they are. */
export type RawAnswer =
  | string
  | Uint8Array
  | ((socket: Socket, count: number, head: string) => string | Uint8Array | undefined);

/** A Platform that answers with whatever bytes a test wants: for what no HTTP server would send. */
export async function startRawPlatform(answer: RawAnswer): Promise<RawPlatform> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
      for (let request = takeRequest(received); request; request = takeRequest(received)) {
        received = received.slice(request.length);
        const head = request.split('\r\n\r\n')[0] ?? '';
        requests.push(head);
        const bytes = typeof answer === 'function' ? answer(socket, requests.length, head) : answer;
        if (bytes !== undefined && socket.writable) socket.write(bytes);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    isConnected: () => sockets.size > 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The first request in what has arrived, if it is there whole. */
function takeRequest(received: string): string | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1] ?? 0);
  const end = headEnd + 4 + length;
  return received.length >= end ? received.slice(0, end) : undefined;
}

/** An answer of HTTP/1.1 with the right length. */
export function httpAnswer(
  status: number,
  headers: Readonly<Record<string, string | readonly string[]>>,
  body: string | Uint8Array,
): Uint8Array {
  const bytes = Buffer.from(body);
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  const head = `HTTP/1.1 ${status} Said\r\n${lines.join('')}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}
