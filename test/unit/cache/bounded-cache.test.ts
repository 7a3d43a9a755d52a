import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../emulator/movable-clock.ts';
import { type BoundedCache, createBoundedCache } from '../../../src/cache/bounded-cache.ts';

describe('the bounded cache', () => {
  let clock: MovableClock;
  beforeEach(() => {
    clock = createMovableClock();
  });
  const bySize = (maxBytes: number, maxEntries = 1_000) =>
    createBoundedCache<string>({ maxEntries, maxBytes, sizeOf: ({ length }) => length, clock });
  const byCount = (maxEntries: number) =>
    createBoundedCache<object | string | number | boolean>({ maxEntries, clock });
  const kept = <Value>(cache: BoundedCache<Value>, keys: string) =>
    [...keys].filter((key) => cache.get(key) !== undefined).join('');

  it('keeps a value for its life by the given clock, and the very value', () => {
    const cache = byCount(10);
    const value = { inside: {} };
    cache.set('key', value, 1_000);
    clock.advance(999);
    expect(cache.get('key')).toBe(value);
    clock.advance(1);
    expect(cache.get('key')).toBeUndefined();
  });

  it('lets a value live anew when it is set again, and not when it is read', () => {
    const cache = byCount(10);
    cache.set('key', 1, 1_000);
    clock.advance(600);
    cache.get('key');
    cache.set('key', 2, 1_000);
    clock.advance(600);
    expect(cache.get('key')).toBe(2);
    clock.advance(400);
    expect(cache.get('key')).toBeUndefined();
  });

  it.each([0, -1, Number.NaN])('keeps nothing for a life of %d, and forgets what was there', (lifeMs) => {
    const cache = bySize(10);
    cache.set('a', 'aaaaa', 1_000);
    cache.set('a', 'aaaaa', lifeMs);
    expect(cache.get('a')).toBeUndefined();
    // Nor does it go on counting it.
    cache.set('b', 'bbbbb', 1_000);
    cache.set('c', 'ccccc', 1_000);
    expect(kept(cache, 'bc')).toBe('bc');
  });

  it.each([false, 0, ''])('keeps %j as it is', (value) => {
    const cache = byCount(10);
    cache.set('key', value, 1_000);
    expect(cache.get('key')).toBe(value);
  });

  it('is full at so many entries: the least recently used goes, and reading is using', () => {
    const cache = byCount(3);
    for (const key of 'abc') cache.set(key, key, 1_000);
    cache.get('a');
    cache.set('b', 'again', 1_000);
    cache.set('d', 'd', 1_000);
    expect(kept(cache, 'abcd')).toBe('abd');
    cache.set('e', 'e', 1_000);
    expect(kept(cache, 'abde')).toBe('bde');
  });

  it('is full at so many bytes: as many go as it takes', () => {
    const cache = bySize(10);
    cache.set('a', '1234', 1_000);
    cache.set('b', '1234', 1_000);
    cache.set('c', '12', 1_000);
    expect(kept(cache, 'abc')).toBe('abc');
    cache.set('d', '12345', 1_000);
    expect(kept(cache, 'abcd')).toBe('cd');
  });

  it('keeps nothing that is larger than all of it, and nothing goes for that', () => {
    const cache = bySize(10);
    cache.set('a', '1234', 1_000);
    cache.set('b', '1234567890', 1_000);
    expect(kept(cache, 'ab')).toBe('b');
    cache.set('c', '12345678901', 1_000);
    expect(kept(cache, 'bc')).toBe('b');
    // What it would have replaced is no longer true.
    cache.set('b', '12345678901', 1_000);
    expect(cache.get('b')).toBeUndefined();
  });

  it('counts a value that replaces another once, and none that is gone', () => {
    const cache = bySize(10);
    for (let times = 0; times < 100; times += 1) cache.set('a', '12345', 1_000);
    cache.set('b', '12345', 1_000);
    expect(kept(cache, 'ab')).toBe('ab');
    cache.delete('a');
    cache.delete('a');
    cache.delete('nothing');
    cache.set('c', '12345', 500);
    expect(kept(cache, 'bc')).toBe('bc');
    clock.advance(500);
    cache.get('c');
    cache.set('d', '12345', 1_000);
    expect(kept(cache, 'bd')).toBe('bd');
  });

  it('is measured by what a value was when it was set', () => {
    const cache = createBoundedCache<{ size: number }>({
      maxEntries: 9,
      maxBytes: 10,
      sizeOf: ({ size }) => size,
      clock,
    });
    const growing = { size: 4 };
    cache.set('a', growing, 1_000);
    growing.size = 1_000;
    cache.get('a');
    cache.set('b', { size: 6 }, 1_000);
    expect(kept(cache, 'ab')).toBe('ab');
  });

  it('stays flat over a hundred thousand keys', () => {
    const cache = bySize(5_000, 100);
    for (let nth = 0; nth < 100_000; nth += 1) cache.set(`key-${nth}`, 'x'.repeat(nth % 100), 1_000);
    const left = Array.from({ length: 100_000 }, (_, nth) => cache.get(`key-${nth}`) ?? '').filter(Boolean);
    expect(left.length).toBeGreaterThan(10);
    expect(left.length).toBeLessThanOrEqual(100);
    expect(left.join('').length).toBeLessThanOrEqual(5_000);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'v', 't'])(
    'takes %j for a key like any other',
    (key) => {
      const cache = byCount(10);
      expect(cache.get(key)).toBeUndefined();
      cache.delete(key);
      cache.set(key, 'value', 1_000);
      expect([cache.get(key), cache.get('v2'), cache.get('other')]).toEqual(['value', undefined, undefined]);
      cache.delete(key);
      expect(cache.get(key)).toBeUndefined();
    },
  );
});
