import { type Dispatcher, Pool } from 'undici';

/** A proxy that answered, but did not open a tunnel. */
export class TunnelRefused extends Error {
  readonly code = 'TUNNEL_REFUSED';
  readonly status: number;

  constructor(status: number) {
    super(`The proxy answered CONNECT with ${status}`);
    this.name = 'TunnelRefused';
    this.status = status;
  }
}

type Answered = (error: Error | null, data: Dispatcher.ConnectData) => void;
type ConnectOptions = Omit<Dispatcher.ConnectOptions, 'origin'>;

/** Connections to a proxy, on which undici's `ProxyAgent` asks for tunnels. */
export class ProxyPool extends Pool {
  override connect(options: ConnectOptions): Promise<Dispatcher.ConnectData>;
  override connect(options: ConnectOptions, callback: Answered): void;
  override connect(
    options: ConnectOptions,
    callback?: Answered,
  ): Promise<Dispatcher.ConnectData> | undefined {
    if (callback === undefined) return opened(super.connect(options));
    super.connect(options, callback);
    return undefined;
  }
}

/** undici has the status in a sentence only, and takes 200 alone for a tunnel; any 2xx is one (RFC 9110, 9.3.6). */
async function opened(asked: Promise<Dispatcher.ConnectData>): Promise<Dispatcher.ConnectData> {
  const answer = await asked;
  const { statusCode: status, socket } = answer;
  if (status >= 200 && status < 300) return { ...answer, statusCode: 200 };
  socket.on('error', () => {}).destroy();
  throw new TunnelRefused(status);
}
