import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A request as Express's router gives it to a handler. Nothing of what an Express app adds is here, because the
 * service has none: an app gives each request and response another prototype, which makes all that Node then does
 * with them slower.
 */
export interface RoutedRequest extends IncomingMessage {
  url: string;
  /** As it came, where a router is mounted below another one. */
  readonly originalUrl: string;
  /** Where the router is mounted: empty at the root, otherwise a path such as `/exports`. */
  readonly baseUrl: string;
  readonly params: Readonly<Record<string, string | string[]>>;
  /** The route that was chosen, once one is. */
  readonly route?: { readonly path: string };
  /** What a parser of bodies has left there. */
  readonly body?: unknown;
}

export type RoutedResponse = ServerResponse;

export type Handler = (request: RoutedRequest, response: RoutedResponse, next: () => void) => unknown;

/** Whether a router has taken a request of Node's server. */
export function isRouted(request: IncomingMessage): request is RoutedRequest {
  return 'originalUrl' in request && 'baseUrl' in request;
}

const schemeAndAuthority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** A request's target as path and query, also where it names the host as well (RFC 9112, 3.2.2). */
export function toOriginForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(schemeAndAuthority, '');
  return path === '' || path.startsWith('?') ? `/${path}` : path;
}

/** The path, without the query. */
export function pathOf({ url }: Pick<RoutedRequest, 'url'>): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** A header that cannot come more than once, or of which the first one counts. */
export function headerOf({ headers }: RoutedRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
