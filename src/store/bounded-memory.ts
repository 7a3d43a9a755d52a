import { LRUCache } from 'lru-cache';
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
  readonly expiresAtMs: number;
}

/**
 * Memory on lru-cache, which knows both bounds. The expiry is kept with the value: lru-cache's own would keep one
 * of 0 or NaN for ever, and one more millisecond than was asked for.
 */
export function createBoundedMemory<Value>(options: BoundedMemoryOptions<Value>): BoundedMemory<Value> {
  const { maxEntries, maxBytes, sizeOf = () => 0, clock } = options;
  const cache = new LRUCache<string, Entry<Value>>({
    max: maxEntries,
    ...(maxBytes !== undefined && { maxSize: maxBytes }),
  });
  /** It has to be a positive whole number. */
  const sized = (value: Value, key: string) =>
    maxBytes === undefined ? undefined : { size: Math.max(1, Math.ceil(sizeOf(value, key))) };

  return {
    get(key) {
      const entry = cache.get(key);
      if (entry === undefined) return undefined;
      if (entry.expiresAtMs > clock.now()) return entry.value;
      cache.delete(key);
      return undefined;
    },
    set(key, value, lifeMs) {
      if (lifeMs > 0) cache.set(key, { value, expiresAtMs: clock.now() + lifeMs }, sized(value, key));
      else cache.delete(key);
    },
    delete(key) {
      cache.delete(key);
    },
  };
}
