import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import type { Secret } from '../observability/secret.ts';

/** A way out through a proxy, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` describe it. */
export interface ProxySettings {
  readonly httpProxy?: Secret | undefined;
  readonly httpsProxy?: Secret | undefined;
  readonly noProxy?: string | undefined;
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
  readonly proxy: ProxySettings;
}

/** undici's connections to Platform: a pool, or where a proxy is set, the agent that knows the way. */
export function createDispatcher({ origin, proxy, ...options }: DispatcherOptions): Dispatcher {
  const common = {
    connections: options.connections,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.bodyTimeoutMs,
    maxResponseSize: options.largestAnswerBytes,
  };
  const proxied = origin.startsWith('https:') ? proxy.httpsProxy : proxy.httpProxy;
  if (proxied === undefined) return new Pool(origin, common);
  return new EnvHttpProxyAgent({
    ...common,
    // A missing part is passed as empty: left out, undici would read it from the environment.
    httpProxy: proxy.httpProxy?.reveal() ?? '',
    httpsProxy: proxy.httpsProxy?.reveal() ?? '',
    noProxy: proxy.noProxy ?? '',
  });
}
