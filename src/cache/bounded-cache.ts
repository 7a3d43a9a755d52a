import { LRUCache } from 'lru-cache';
import type { Clock } from '../observability/clock.ts';

export interface BoundedCacheOptions<Value> {
  /** The largest number of entries; the least recently used goes first. */
  readonly maxEntries: number;
  /** The largest sum of the entries' sizes. Without it only their number counts. */
  readonly maxBytes?: number;
  /** About how many bytes an entry takes, asked when it is set. */
  readonly sizeOf?: (value: NonNullable<Value>, key: string) => number;
  readonly clock: Clock;
}

/** What this process remembers for a while, within bounds. */
export interface BoundedCache<Value> {
  get(key: string): Value | undefined;
  /** Keeps `value` for `lifeMs`. A life that is not a positive number keeps nothing, nor does a size over the bound. */
  set(key: string, value: NonNullable<Value>, lifeMs: number): void;
  delete(key: string): void;
  /** What is kept at this moment. To go through it uses no entry. */
  entries(): Iterable<readonly [string, Value]>;
}

/** lru-cache, with the one thing guarded that surprises: it keeps a value with a life of 0 or NaN for ever. */
export function createBoundedCache<Value>(options: BoundedCacheOptions<Value>): BoundedCache<Value> {
  const { maxEntries, maxBytes, sizeOf = () => 1, clock } = options;
  const cache = new LRUCache<string, NonNullable<Value>>({
    max: maxEntries,
    ...(maxBytes !== undefined && {
      maxSize: maxBytes,
      sizeCalculation: (value, key) => Math.max(1, Math.ceil(sizeOf(value, key))),
    }),
    // By our own clock, which tests move. A start of 0 would mean «no end» to lru-cache.
    perf: { now: () => clock.now() + 1 },
    ttlResolution: 0,
  });

  return {
    get: (key) => cache.get(key),
    set(key, value, lifeMs) {
      // lru-cache ends a life after its last millisecond, and our clock counts whole ones.
      if (lifeMs > 0) cache.set(key, value, { ttl: lifeMs - 0.5 });
      else cache.delete(key);
    },
    delete(key) {
      cache.delete(key);
    },
    entries: () => cache.entries(),
  };
}
