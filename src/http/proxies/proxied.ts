import type { Request } from 'express';

/** What stands in front of this service, and says about the original request. */
export interface Proxied {
  /** What a gateway has taken off the path, so that links lead back through it: empty, or such as `/exports`. */
  prefixOf(request: Request): string;
  /** The user for whom the request is made: for the log only, never for rights. */
  userOf(request: Request): string | undefined;
}

/** Nobody, as far as we know: a host application, or callers themselves. */
export const notProxied: Proxied = { prefixOf: () => '', userOf: () => undefined };
