import { Fault } from '../../observability/fault.ts';

/** Upstream's trouble, of Platform's or of IMS's: it says nothing of the job and passes by itself. */
const passingCodes = new Set([
  'overloaded',
  'platform-circuit-open',
  'platform-failed',
  'platform-malformed',
  'platform-throttled',
  'platform-timed-out',
  'platform-unreachable',
  'token-unavailable',
]);

/**
 * Whether an older answer may stand in, and whether a stream begins without an answer. Never for a refusal:
 * whoever has lost a permission must not go on reading what it once could.
 */
export function isPassing(error: unknown): error is Fault & { readonly code: string } {
  return error instanceof Fault && passingCodes.has(error.code);
}
