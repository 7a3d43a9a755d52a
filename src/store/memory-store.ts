import NodeCache from 'node-cache';
import type { Clock } from '../observability/clock.ts';
import type { Store } from './store.ts';

export interface MemoryStoreOptions {
  /** The largest number of entries; the least recently used goes first. */
  readonly maxEntries: number;
  readonly clock: Clock;
}

/**
 * A store in this process's memory, for few entries, on node-cache.
 *
 * Wrapped, because node-cache 5.1 keeps a value for ever when its life is 0 or NaN, throws when it is full
 * instead of evicting, clones what it is given, and reads the machine's clock.
 */
export function createMemoryStore<Value>({ maxEntries, clock }: MemoryStoreOptions): Store<Value> {
  // No check period: expired entries go when they are read or when room is needed, and no timer is kept.
  const cache = new NodeCache({ useClones: false, checkperiod: 0 });

  return {
    async get(key) {
      const entry = cache.take<{ readonly value: Value; readonly expiresAtMs: number }>(key);
      if (entry === undefined || entry.expiresAtMs <= clock.now()) return undefined;
      // Behind all others, so that the first one is the least recently used.
      cache.set(key, entry);
      return entry.value;
    },
    async set(key, value, lifeMs) {
      cache.del(key);
      if (!(lifeMs > 0)) return;
      const keys = cache.keys();
      cache.del(keys.slice(0, Math.max(0, keys.length + 1 - maxEntries)));
      cache.set(key, { value, expiresAtMs: clock.now() + lifeMs });
    },
    async delete(key) {
      cache.del(key);
    },
  };
}
