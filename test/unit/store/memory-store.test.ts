import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';

describe('the store in memory', () => {
  const clock = createMovableClock();
  const storeOf = (maxEntries: number) => createMemoryStore<object>({ maxEntries, clock });

  it('keeps a value for its life, and the very value', async () => {
    const store = storeOf(10);
    const value = {};
    await store.set('key', value, 1000);
    clock.advance(999);
    expect(await store.get('key')).toBe(value);
    clock.advance(1);
    expect(await store.get('key')).toBeUndefined();
  });

  it.each([0, -1, Number.NaN])(
    'keeps nothing for a life of %d, which node-cache would keep for ever',
    async (life) => {
      const store = storeOf(10);
      await store.set('key', {}, 1000);
      await store.set('key', {}, life);
      expect(await store.get('key')).toBeUndefined();
    },
  );

  it('gives up the least recently used when it is full, where node-cache would throw', async () => {
    const store = storeOf(2);
    await store.set('one', {}, 1000);
    await store.set('two', {}, 1000);
    await store.get('one');
    await store.set('three', {}, 1000);
    expect(
      await Promise.all(['one', 'two', 'three'].map(async (key) => (await store.get(key)) !== undefined)),
    ).toEqual([true, false, true]);
    await store.set('three', {}, 1000);
    expect(await store.get('one')).toBeDefined();
  });

  it('forgets on request, also what it never had', async () => {
    const store = storeOf(2);
    await store.set('one', {}, 1000);
    await store.delete('one');
    await store.delete('two');
    expect(await store.get('one')).toBeUndefined();
  });
});
