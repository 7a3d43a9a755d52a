import { describe, expect, it } from '@jest/globals';
import { createTimeWriter } from '../../../src/observability/rfc3339.ts';

const dayMs = 86_400_000;
const writeTime = createTimeWriter();

describe('a time as RFC 3339', () => {
  it.each([
    ['the epoch', 0],
    ['the end of a day', 19_700 * dayMs - 1],
    ['the beginning of the next', 19_700 * dayMs],
    ['one within that day', 19_700 * dayMs + 45_296_007],
    ['before the epoch', -1],
    ['the year 0', -62_167_219_200_000],
    ['five digits of a year', 253_402_300_800_000],
    ['the first that there is', -8.64e15],
    ['the last that there is', 8.64e15],
    ['a fraction', 1_538_615_973_895.9],
    ['a fraction before the epoch', -0.9],
  ])('is what Date says of %s', (_name, epochMs) => {
    expect(writeTime(epochMs)).toBe(new Date(epochMs).toISOString());
  });

  it('is what Date says of times all over the calendar, in any order', () => {
    const times = Array.from(
      { length: 2_000 },
      (_, index) => ((index * 7_919) % 2_000) * 61_234_567_891 - 5e13,
    );
    expect(times.map(writeTime)).toEqual(times.map((epochMs) => new Date(epochMs).toISOString()));
  });
});
