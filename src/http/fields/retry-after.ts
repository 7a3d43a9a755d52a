/** The largest that a client with 32-bit numbers can read (RFC 9110, 10.2.3; RFC 9111, 1.2.2). */
const mostSeconds = 2 ** 31 - 1;

/** A time from now as `Retry-After` says it: whole seconds, at least one. */
export function toRetryAfter(ms: number): string {
  return String(Math.min(Math.max(1, Math.ceil(ms / 1000)), mostSeconds));
}
