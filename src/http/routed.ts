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

/** The path, without the query. */
export function pathOf({ url }: RoutedRequest): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** A header that cannot come more than once, or of which the first one counts. */
export function headerOf({ headers }: RoutedRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
