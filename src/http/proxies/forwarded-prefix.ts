import type { Request } from 'express';
import type { Log } from '../../observability/log.ts';
import type { Proxied } from './proxied.ts';
import { isFromTrustedProxy } from './trusted-peer.ts';

export interface ForwardedPrefixOptions {
  /** Where no proxy says anything else: empty, or such as `/exports`. */
  readonly basePath: string;
  /** Whether a text is a path that may stand in front of a link. */
  readonly isPathPrefix: (text: string) => boolean;
  readonly log: Log;
}

/**
 * Where links begin: at the prefix that a trusted proxy says it has taken off (`X-Forwarded-Prefix`), otherwise at the
 * configured path. A prefix that is none is ignored and the request served: the caller can do nothing about it, and its
 * export does not depend on it.
 */
export function createForwardedPrefix({
  basePath,
  isPathPrefix,
  log,
}: ForwardedPrefixOptions): Proxied['prefixOf'] {
  let isTold = false;

  return (request: Request) => {
    const header = request.headers['x-forwarded-prefix'];
    if (header === undefined || !isFromTrustedProxy(request)) return basePath;
    // Proxies append. What stands before the last value may be the caller's own.
    const last = String(header).split(',').at(-1)?.trim() ?? '';
    const prefix = last.endsWith('/') ? last.slice(0, -1) : last;
    if (prefix === '' || isPathPrefix(prefix)) return prefix;
    // Once, because a caller behind a proxy that hands its header on could write as many lines as it likes.
    if (!isTold) log.warn({}, 'A trusted proxy sends an X-Forwarded-Prefix that is no path; it is ignored');
    isTold = true;
    return basePath;
  };
}
