import NodeCache from 'node-cache';
import type { Clock } from '../observability/clock.ts';

export interface BoundedMemoryOptions<Value> {
  /** The largest number of entries; the least recently used goes first. */
  readonly maxEntries: number;
  /** The largest sum of the entries' sizes. Without it only their number counts. */
  readonly maxBytes?: number;
  /** About how many bytes an entry takes. */
  readonly sizeOf?: (value: Value, key: string) => number;
  readonly clock: Clock;
}

/** What this process remembers for a while, within bounds. As `Store`, and at once. */
export interface BoundedMemory<Value> {
  get(key: string): Value | undefined;
  /** Keeps `value` for `lifeMs`. A life that is not a positive number keeps nothing, nor does a size over the bound. */
  set(key: string, value: Value, lifeMs: number): void;
  delete(key: string): void;
}

interface Entry<Value> {
  readonly value: Value;
  readonly bytes: number;
  readonly expiresAtMs: number;
}

/** How full it is left once it was full. */
const roomToMake = 0.99;

/**
 * Memory on node-cache.
 *
 * Wrapped, because node-cache 5.1 keeps a value for ever when its life is 0 or NaN, throws when it is full
 * instead of evicting, clones what it is given, and reads the machine's clock.
 */
export function createBoundedMemory<Value>(options: BoundedMemoryOptions<Value>): BoundedMemory<Value> {
  const { maxEntries, maxBytes = Number.POSITIVE_INFINITY, sizeOf = () => 0, clock } = options;
  // No check period: expired entries go when they are read or when room is needed, and no timer is kept.
  const cache = new NodeCache({ useClones: false, checkperiod: 0 });
  const leastRecentFirst = new Map<string, number>();
  let heldBytes = 0;

  function forget(key: string): void {
    cache.del(key);
    heldBytes -= leastRecentFirst.get(key) ?? 0;
    leastRecentFirst.delete(key);
  }

  function touch(key: string, bytes: number): void {
    heldBytes += bytes - (leastRecentFirst.get(key) ?? 0);
    leastRecentFirst.delete(key);
    leastRecentFirst.set(key, bytes);
  }

  /** Some at a time: to look for the first one costs more the more have been forgotten before it. */
  function makeRoom(): void {
    const isWithin = (share: number) =>
      leastRecentFirst.size <= Math.ceil(maxEntries * share) && heldBytes <= maxBytes * share;
    if (isWithin(1)) return;
    for (const key of leastRecentFirst.keys()) {
      if (isWithin(roomToMake) || leastRecentFirst.size === 1) return;
      forget(key);
    }
  }

  return {
    get(key) {
      // node-cache also finds what every object has, such as `constructor`.
      const entry = leastRecentFirst.has(key) ? cache.get<Entry<Value>>(key) : undefined;
      if (entry === undefined || entry.expiresAtMs <= clock.now()) {
        forget(key);
        return undefined;
      }
      touch(key, entry.bytes);
      return entry.value;
    },
    set(key, value, lifeMs) {
      const bytes = sizeOf(value, key);
      // Everything else would have to go for it, and it would go next.
      if (!(lifeMs > 0) || bytes > maxBytes) {
        forget(key);
        return;
      }
      cache.set<Entry<Value>>(key, { value, bytes, expiresAtMs: clock.now() + lifeMs }, lifeMs / 1000);
      touch(key, bytes);
      makeRoom();
    },
    delete: forget,
  };
}
