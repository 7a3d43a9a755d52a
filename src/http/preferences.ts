import { InvalidParameters } from '../jobs/errors.ts';
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

/** `Prefer: wait=` (RFC 7240, 4.3), in seconds. A preference that cannot be understood is ignored, as the RFC asks. */
export function readPreferredWait({ headers: { prefer } }: RoutedRequest): number | undefined {
  if (prefer === undefined) return undefined;
  const found = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(String(prefer))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** How long the caller waits for an answer, whichever way it says so. Nobody can answer in no time at all. */
export function readOwnDeadlineMs(request: RoutedRequest): number | undefined {
  const timeoutMs = readRequestTimeoutMs(request);
  const preferred = readPreferredWait(request);
  if (!preferred) return timeoutMs;
  return Math.min(preferred * 1000, timeoutMs ?? Number.POSITIVE_INFINITY);
}

/** Whether the caller insists on an answer that nobody has kept. */
export function saysNoCache({ headers }: RoutedRequest): boolean {
  const control = headers['cache-control'];
  return control !== undefined && /(?:^|,)\s*no-cache\s*(?:$|,)/i.test(control);
}

/** Whether no header asks for more than what is known. */
export function asksPlainly({ headers }: RoutedRequest): boolean {
  return (
    headers.prefer === undefined &&
    headers['cache-control'] === undefined &&
    headers['request-timeout'] === undefined
  );
}

/**
 * The tags that `If-None-Match` names, without quotes, as far as they can be ours; `*` for whatever there is.
 * Nothing where there is no such header.
 */
export function readSeenTags({ headers }: RoutedRequest): ReadonlySet<string> | undefined {
  const field = headers['if-none-match'];
  if (field === undefined) return undefined;
  if (field.trim() === '*') return new Set(['*']);
  // Compared weakly (RFC 9110, 13.1.2): a gateway that compresses makes our tags weak ones.
  return new Set([...field.matchAll(/"([\w-]+)"/g)].map(([, tag]) => tag ?? ''));
}
