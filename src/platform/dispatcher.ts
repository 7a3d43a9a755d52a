import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { UpstreamProxy } from '../ims/proxy.ts';
import { ProxyPool } from './proxy-pool.ts';

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
