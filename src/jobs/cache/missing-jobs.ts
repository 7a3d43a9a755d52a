import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import { JobNotFound } from '../../platform/errors.ts';
import { keyOf, type Scope } from '../context.ts';

/** Caches the answer «no such job» for a short time, so that a caller that asks in a loop causes few calls. */
export interface MissingJobs {
  /** The error to throw, or undefined if the cached answer has expired or is older than `lastWrite`. */
  find(scope: Scope, id: string, lastWrite: number): JobNotFound | undefined;
  set(scope: Scope, id: string, missing: MissingJob): void;
  delete(scope: Scope, id: string): void;
}

export interface MissingJob {
  readonly fault: JobNotFound;
  /** When the read of the job began, by our own clock. */
  readonly asOfMs: number;
  /** The place of that read in the order of all reads and writes. */
  readonly order: number;
}

/** They are kept for about a second; more than this at once means that somebody tries out ids. */
const mostMissing = 1_000;

export function createMissingJobs(freshForMs: number, clock: Clock): MissingJobs {
  const cache = createBoundedCache<MissingJob>({ maxEntries: mostMissing, clock });

  return {
    find(scope, id, lastWrite) {
      const missing = cache.get(keyOf(scope, id));
      if (missing === undefined || missing.order <= lastWrite) return undefined;
      const { fault, asOfMs } = missing;
      const ageMs = clock.now() - asOfMs;
      // A new error for each caller, because its stack and its age differ.
      return new JobNotFound(fault.detail, {
        ...fault.details,
        internal: fault.message,
        cached: { ageMs, ttlMs: freshForMs - ageMs },
      });
    },
    set(scope, id, missing) {
      cache.set(keyOf(scope, id), missing, missing.asOfMs + freshForMs - clock.now());
    },
    delete: (scope, id) => cache.delete(keyOf(scope, id)),
  };
}
