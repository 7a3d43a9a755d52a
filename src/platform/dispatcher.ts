import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { AnswerHeaders } from '../ims/http-answer.ts';
import type { UpstreamProxy } from '../ims/proxy.ts';

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
class ProxyPool extends Pool {
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

export interface DispatcherOptions {
  /** Platform's origin. */
  readonly origin: string;
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Until the answer's headers are there. */
  readonly headersTimeoutMs: number;
  /** The longest silence within the answer's body. */
  readonly bodyTimeoutMs: number;
  readonly largestAnswerBytes: number;
  /** The one that leads to the origin; see `proxyFor`. */
  readonly proxy: UpstreamProxy | undefined;
}

/** undici's connections to Platform: a pool, or where a proxy leads there, the agent that asks it for tunnels. */
export function createDispatcher({ origin, proxy, ...options }: DispatcherOptions): Dispatcher {
  const { connectTimeoutMs } = options;
  const common = {
    connections: options.connections,
    connect: { timeout: connectTimeoutMs },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.bodyTimeoutMs,
    maxResponseSize: options.largestAnswerBytes,
  };
  if (proxy === undefined) return new Pool(origin, common);
  return new ProxyAgent({
    ...common,
    uri: proxy.url.reveal(),
    connectTimeout: connectTimeoutMs,
    clientFactory: (url, given) => new ProxyPool(url, { ...given, headersTimeout: connectTimeoutMs }),
    // What is forwarded without a tunnel (http:) would otherwise have none of our limits.
    factory: (url, given) => new Pool(url, { ...common, ...given }),
  });
}

/**
 * Calls Platform's root without a token, over the same client as all other calls, and gives the answer's headers,
 * whatever its status.
 */
export function askPlatform(origin: string, dispatcher: Dispatcher) {
  return async (signal: AbortSignal): Promise<AnswerHeaders> => {
    const { headers, body } = await dispatcher.request({ origin, path: '/', method: 'HEAD', signal });
    await body.dump();
    return headers;
  };
}
