import { describe, expect, it } from '@jest/globals';
import { median, medianRatio, percentile } from '../../../bench/statistics.ts';

describe('a median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 1000], 10],
    [[], Number.NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is a value that occurred, and that so many do not exceed', () => {
    expect([50, 99, 100, 0].map((percent) => percentile(hundred, percent))).toEqual([50, 99, 100, 1]);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 99)).toBeNaN();
  });
});

describe('a ratio of two contestants', () => {
  it('is the median over the rounds, so that a machine that slows down changes nothing', () => {
    expect(medianRatio([100, 50, 25], [200, 100, 50])).toBe(0.5);
  });

  it('is not moved by one round that went wrong', () => {
    expect(medianRatio([100, 1, 100], [50, 50, 50])).toBe(2);
  });

  it('leaves out the rounds that one of them does not have', () => {
    expect(medianRatio([10, 30], [10])).toBe(1);
    expect(medianRatio([], [10])).toBeNaN();
  });
});
