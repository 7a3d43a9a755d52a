import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';

export interface NoCacheLimitOptions {
  /** How many requests are allowed each minute. As many can be saved up while there are none. */
  readonly perMinute: number;
  readonly clock: Clock;
}

/** Whether one more `no-cache` request of this sandbox may cause a call to Platform; counts it if so. */
export type AllowNoCache = (sandbox: string) => boolean;

const mostSandboxes = 1_000;
const keptForMs = 60 * 60 * 1000;

/** A token bucket for each sandbox. */
export function createNoCacheLimit({ perMinute, clock }: NoCacheLimitOptions): AllowNoCache {
  const buckets = createBoundedCache<{ readonly left: number; readonly atMs: number }>({
    maxEntries: mostSandboxes,
    clock,
  });
  return (sandbox) => {
    const nowMs = clock.now();
    const { left, atMs } = buckets.get(sandbox) ?? { left: perMinute, atMs: nowMs };
    const refilled = Math.min(perMinute, left + ((nowMs - atMs) / 60_000) * perMinute);
    const isAllowed = refilled >= 1;
    buckets.set(sandbox, { left: isAllowed ? refilled - 1 : refilled, atMs: nowMs }, keptForMs);
    return isAllowed;
  };
}
