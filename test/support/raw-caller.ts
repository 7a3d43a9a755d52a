import { connect, type Socket } from 'node:net';

/** A connection of one caller, byte by byte: for what no HTTP client would do. */
export interface RawCaller {
  readonly socket: Socket;
  send(text: string): Promise<void>;
  /** All that came so far. */
  received(): string;
  /** The statuses of the answers that came so far. */
  statuses(): number[];
  isClosed(): boolean;
  /** Says that nothing more will be sent, and goes on reading. */
  halfClose(): void;
  reset(): void;
}

/** Of the service's side it sees everything, its end too, and closes its own only when it is told to. */
export async function openRawCaller(url: string): Promise<RawCaller> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const port = Number(new URL(url).port);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, resolve);
  let received = '';
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += chunk;
  });
  // A reset by the other side is one of the ways to be closed.
  socket.on('error', reject);
  socket.on('end', () => {
    isClosed = true;
    socket.destroy();
  });
  socket.on('close', () => {
    isClosed = true;
  });
  await promise;
  return {
    socket,
    send: (text) => new Promise((sent) => socket.write(text, 'latin1', () => sent())),
    received: () => received,
    statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
    isClosed: () => isClosed,
    halfClose: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
  };
}
