import http from 'node:http';
import https from 'node:https';
import { Secret } from '../observability/secret.ts';
import { isExcepted } from './no-proxy.ts';

/** A way out through a proxy, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` describe it. */
export interface ProxySettings {
  readonly httpProxy?: Secret | undefined;
  readonly httpsProxy?: Secret | undefined;
  readonly noProxy?: string | undefined;
}

/** The proxy that leads to an origin. */
export interface UpstreamProxy {
  /** With user and password, percent-encoded as every client understands it. */
  readonly url: Secret;
  /** Host and port, for the log: never user and password. */
  readonly name: string;
}

/**
 * Which proxy leads to this origin, or undefined for a direct connection. Used for IMS and for Platform, because
 * their HTTP clients read the variables in different ways.
 */
export function proxyFor(origin: string, settings: ProxySettings): UpstreamProxy | undefined {
  const given = origin.startsWith('https:') ? settings.httpsProxy : settings.httpProxy;
  if (given === undefined || isExcepted(origin, settings.noProxy ?? '')) return undefined;
  const url = new URL(given.reveal());
  url.username = encodeURIComponent(decoded(url.username));
  url.password = encodeURIComponent(decoded(url.password));
  return { url: new Secret(`${url.protocol}//${credentials(url)}${url.host}`), name: url.host };
}

/** Node's own agents for calls to `origin`, through the proxy if one leads there. They keep no connection open. */
export function createAgents(origin: string, settings: ProxySettings) {
  // `proxyFor` has decided about the proxy: Node reads NO_PROXY in another way, so it does not get it.
  const url = proxyFor(origin, settings)?.url.reveal();
  const proxyEnv = url === undefined ? {} : { HTTP_PROXY: url, HTTPS_PROXY: url };
  return { http: new http.Agent({ proxyEnv }), https: new https.Agent({ proxyEnv }) };
}

function credentials({ username, password }: URL): string {
  if (!username && !password) return '';
  return `${username}${password && `:${password}`}@`;
}

/** A password with a `%` that is not encoded is used as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
