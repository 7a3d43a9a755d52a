import { type BoundedMemoryOptions, createBoundedMemory } from './bounded-memory.ts';
import type { Store } from './store.ts';

/** A store in this process's memory. */
export function createMemoryStore<Value>(options: BoundedMemoryOptions<Value>): Store<Value> {
  const memory = createBoundedMemory(options);
  return {
    get: async (key) => memory.get(key),
    set: async (key, value, lifeMs) => memory.set(key, value, lifeMs),
    delete: async (key) => memory.delete(key),
  };
}
