import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';

export interface AllowanceOptions {
  /** As many are saved up while nobody takes any. */
  readonly perMinute: number;
  readonly clock: Clock;
}

/** Takes one of `key`'s share, which grows with time; false where none is left. */
export type Allowance = (key: string) => boolean;

const mostKeys = 1_000;
const keptForMs = 60 * 60 * 1000;

/** A token bucket for each key. */
export function createAllowance({ perMinute, clock }: AllowanceOptions): Allowance {
  const shares = createBoundedCache<{ readonly left: number; readonly atMs: number }>({
    maxEntries: mostKeys,
    clock,
  });
  return (key) => {
    const nowMs = clock.now();
    const { left, atMs } = shares.get(key) ?? { left: perMinute, atMs: nowMs };
    const grown = Math.min(perMinute, left + ((nowMs - atMs) / 60_000) * perMinute);
    const isLeft = grown >= 1;
    shares.set(key, { left: isLeft ? grown - 1 : grown, atMs: nowMs }, keptForMs);
    return isLeft;
  };
}
