import type { IncomingHttpHeaders } from 'node:http';
import { InvalidParameters } from './errors.ts';
import { readDirectives } from './fields/list-syntax.ts';

/**
 * How long the caller itself waits, as it says in `Request-Timeout`, in milliseconds.
 *
 * @throws InvalidParameters
 */
export function readRequestTimeoutMs(headers: IncomingHttpHeaders): number | undefined {
  const timeout = headers['request-timeout'];
  if (timeout === undefined) return undefined;
  if (typeof timeout === 'string' && /^\d{1,6}(\.\d+)?$/.test(timeout)) return Number(timeout) * 1000;
  const errors = [{ parameter: 'request-timeout', detail: 'must be a number of seconds' }];
  throw new InvalidParameters('The Request-Timeout cannot be understood.', { errors });
}

/** Longer than any deadline here, and far below the longest timer. */
const longestSeconds = 86_400;

/** `Prefer: wait=` (RFC 7240, 4.3), in milliseconds. A preference that cannot be understood is ignored, as the RFC asks. */
export function readPreferredWaitMs({ prefer }: IncomingHttpHeaders): number | undefined {
  if (prefer === undefined) return undefined;
  const wait = readDirectives(String(prefer)).get('wait');
  return wait !== undefined && /^\d+$/.test(wait) ? Math.min(Number(wait), longestSeconds) * 1000 : undefined;
}

/**
 * Whether the caller wants Platform to be asked in any case. An argument of `no-cache` has no meaning in a request and
 * changes nothing. The other directives of a request are advice (RFC 9111, 5.2.1) that is not taken: an age is
 * bounded as it is, and `only-if-cached` would be refused more often than answered. `Pragma` is for what speaks
 * HTTP/1.0 (RFC 9111, 5.4).
 */
export function saysNoCache(headers: IncomingHttpHeaders): boolean {
  const control = headers['cache-control'] ?? headers.pragma;
  return control !== undefined && readDirectives(control).has('no-cache');
}
