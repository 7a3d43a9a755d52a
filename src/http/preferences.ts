import { InvalidParameters } from './errors.ts';
import { readDirectives } from './fields/list-syntax.ts';
import type { RoutedRequest } from './routed.ts';

/**
 * How long the caller itself waits, as it says in `Request-Timeout`, in milliseconds.
 *
 * @throws InvalidParameters
 */
export function readRequestTimeoutMs({ headers }: RoutedRequest): number | undefined {
  const timeout = headers['request-timeout'];
  if (timeout === undefined) return undefined;
  if (typeof timeout === 'string' && /^\d{1,6}(\.\d+)?$/.test(timeout)) return Number(timeout) * 1000;
  const errors = [{ parameter: 'request-timeout', detail: 'must be a number of seconds' }];
  throw new InvalidParameters('The Request-Timeout cannot be understood.', { errors });
}

/** Longer than any deadline here, and far below the longest timer. */
const longestSeconds = 86_400;

/** `Prefer: wait=` (RFC 7240, 4.3), in seconds. A preference that cannot be understood is ignored, as the RFC asks. */
export function readPreferredWait({ headers: { prefer } }: RoutedRequest): number | undefined {
  if (prefer === undefined) return undefined;
  const wait = readDirectives(String(prefer)).get('wait');
  return wait !== undefined && /^\d+$/.test(wait) ? Math.min(Number(wait), longestSeconds) : undefined;
}

/** How long the caller waits for an answer, whichever way it says so. Nobody can answer in no time at all. */
export function readOwnDeadlineMs(request: RoutedRequest): number | undefined {
  const timeoutMs = readRequestTimeoutMs(request);
  const preferred = readPreferredWait(request);
  if (!preferred) return timeoutMs;
  return Math.min(preferred * 1000, timeoutMs ?? Number.POSITIVE_INFINITY);
}

/**
 * Whether the caller wants an answer that does not come from the cache. An argument of `no-cache` has no meaning in a request
 * and changes nothing. The other directives of a request are advice (RFC 9111, 5.2.1) that is not taken: an age is
 * bounded as it is, and `only-if-cached` would be refused more often than answered. `Pragma` is for what speaks
 * HTTP/1.0 (RFC 9111, 5.4).
 */
export function saysNoCache({ headers }: RoutedRequest): boolean {
  const control = headers['cache-control'] ?? headers.pragma;
  return control !== undefined && readDirectives(control).has('no-cache');
}
