import NodeCache from 'node-cache';
import type { Clock } from '../observability/clock.ts';
import type { Store } from './store.ts';

interface MemoryStoreOptions {
  /** The largest number of entries; the least recently used goes first. */
  readonly maxEntries: number;
  readonly clock: Clock;
}

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAtMs: number;
}

/**
 * A store in this process's memory, on node-cache.
 *
 * Wrapped, because node-cache 5.1 keeps a value for ever when its life is 0 or NaN, throws when it is full
 * instead of evicting, clones what it is given, and reads the machine's clock.
 */
export function createMemoryStore<Value>({ maxEntries, clock }: MemoryStoreOptions): Store<Value> {
  // No check period: expired entries go when they are read or when room is needed, and no timer is kept.
  const cache = new NodeCache({ useClones: false, checkperiod: 0 });
  const leastRecentFirst = new Set<string>();

  function forget(key: string): void {
    cache.del(key);
    leastRecentFirst.delete(key);
  }

  function touch(key: string): void {
    leastRecentFirst.delete(key);
    leastRecentFirst.add(key);
  }

  function makeRoom(): void {
    for (const key of leastRecentFirst) {
      if (leastRecentFirst.size <= maxEntries) return;
      forget(key);
    }
  }

  return {
    async get(key) {
      const entry = cache.get<Entry<Value>>(key);
      if (entry === undefined || entry.expiresAtMs <= clock.now()) {
        forget(key);
        return undefined;
      }
      touch(key);
      return entry.value;
    },
    async set(key, value, lifeMs) {
      if (!(lifeMs > 0)) {
        forget(key);
        return;
      }
      cache.set<Entry<Value>>(key, { value, expiresAtMs: clock.now() + lifeMs }, lifeMs / 1000);
      touch(key);
      makeRoom();
    },
    async delete(key) {
      forget(key);
    },
  };
}
