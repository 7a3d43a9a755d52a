import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../emulator/movable-clock.ts';
import { type BoundedMemory, createBoundedMemory } from '../../../src/store/bounded-memory.ts';

describe('the bounded memory', () => {
  let clock: MovableClock;
  beforeEach(() => {
    clock = createMovableClock();
  });
  const bySize = (maxBytes: number, maxEntries = 1_000) =>
    createBoundedMemory<string>({ maxEntries, maxBytes, sizeOf: ({ length }) => length, clock });
  const byCount = (maxEntries: number) => createBoundedMemory<unknown>({ maxEntries, clock });
  const kept = <Value>(memory: BoundedMemory<Value>, keys: string) =>
    [...keys].filter((key) => memory.get(key) !== undefined).join('');

  it('keeps a value for its life by the given clock, and the very value', () => {
    const memory = byCount(10);
    const value = { inside: {} };
    memory.set('key', value, 1_000);
    clock.advance(999);
    expect(memory.get('key')).toBe(value);
    clock.advance(1);
    expect(memory.get('key')).toBeUndefined();
  });

  it('lets a value live anew when it is set again, and not when it is read', () => {
    const memory = byCount(10);
    memory.set('key', 1, 1_000);
    clock.advance(600);
    memory.get('key');
    memory.set('key', 2, 1_000);
    clock.advance(600);
    expect(memory.get('key')).toBe(2);
    clock.advance(400);
    expect(memory.get('key')).toBeUndefined();
  });

  it.each([0, -1, Number.NaN])('keeps nothing for a life of %d, and forgets what was there', (lifeMs) => {
    const memory = bySize(10);
    memory.set('a', 'aaaaa', 1_000);
    memory.set('a', 'aaaaa', lifeMs);
    expect(memory.get('a')).toBeUndefined();
    // Nor does it go on counting it.
    memory.set('b', 'bbbbb', 1_000);
    memory.set('c', 'ccccc', 1_000);
    expect(kept(memory, 'bc')).toBe('bc');
  });

  it.each([null, false, 0, '', undefined])('keeps %j as it is', (value) => {
    const memory = byCount(10);
    memory.set('key', value, 1_000);
    expect(memory.get('key')).toBe(value);
  });

  it('is full at so many entries: the least recently used goes, and reading is using', () => {
    const memory = byCount(3);
    for (const key of 'abc') memory.set(key, key, 1_000);
    memory.get('a');
    memory.set('b', 'again', 1_000);
    memory.set('d', 'd', 1_000);
    expect(kept(memory, 'abcd')).toBe('abd');
    memory.set('e', 'e', 1_000);
    expect(kept(memory, 'abde')).toBe('bde');
  });

  it('is full at so many bytes: as many go as it takes', () => {
    const memory = bySize(10);
    memory.set('a', '1234', 1_000);
    memory.set('b', '1234', 1_000);
    memory.set('c', '12', 1_000);
    expect(kept(memory, 'abc')).toBe('abc');
    memory.set('d', '12345', 1_000);
    expect(kept(memory, 'abcd')).toBe('cd');
  });

  it('keeps nothing that is larger than all of it, and nothing goes for that', () => {
    const memory = bySize(10);
    memory.set('a', '1234', 1_000);
    memory.set('b', '1234567890', 1_000);
    expect(kept(memory, 'ab')).toBe('b');
    memory.set('c', '12345678901', 1_000);
    expect(kept(memory, 'bc')).toBe('b');
    // What it would have replaced is no longer true.
    memory.set('b', '12345678901', 1_000);
    expect(memory.get('b')).toBeUndefined();
  });

  it('counts a value that replaces another once, and none that is gone', () => {
    const memory = bySize(10);
    for (let times = 0; times < 100; times += 1) memory.set('a', '12345', 1_000);
    memory.set('b', '12345', 1_000);
    expect(kept(memory, 'ab')).toBe('ab');
    memory.delete('a');
    memory.delete('a');
    memory.delete('nothing');
    memory.set('c', '12345', 500);
    expect(kept(memory, 'bc')).toBe('bc');
    clock.advance(500);
    memory.get('c');
    memory.set('d', '12345', 1_000);
    expect(kept(memory, 'bd')).toBe('bd');
  });

  it('is measured by what a value was when it was set', () => {
    const memory = createBoundedMemory<{ size: number }>({
      maxEntries: 9,
      maxBytes: 10,
      sizeOf: ({ size }) => size,
      clock,
    });
    const growing = { size: 4 };
    memory.set('a', growing, 1_000);
    growing.size = 1_000;
    memory.get('a');
    memory.set('b', { size: 6 }, 1_000);
    expect(kept(memory, 'ab')).toBe('ab');
  });

  it('stays flat over a hundred thousand keys', () => {
    const memory = bySize(5_000, 100);
    for (let nth = 0; nth < 100_000; nth += 1) memory.set(`key-${nth}`, 'x'.repeat(nth % 100), 1_000);
    const left = Array.from({ length: 100_000 }, (_, nth) => memory.get(`key-${nth}`) ?? '').filter(Boolean);
    expect(left.length).toBeGreaterThan(10);
    expect(left.length).toBeLessThanOrEqual(100);
    expect(left.join('').length).toBeLessThanOrEqual(5_000);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'v', 't'])(
    'takes %j for a key like any other',
    (key) => {
      const memory = byCount(10);
      expect(memory.get(key)).toBeUndefined();
      memory.delete(key);
      memory.set(key, 'value', 1_000);
      expect([memory.get(key), memory.get('v2'), memory.get('other')]).toEqual([
        'value',
        undefined,
        undefined,
      ]);
      memory.delete(key);
      expect(memory.get(key)).toBeUndefined();
    },
  );
});
