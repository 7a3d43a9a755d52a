import { describe, expect, it } from '@jest/globals';
import { readIntervalMs } from '../../../../src/jobs/watching/read-interval.ts';

const second = 1_000;
const minute = 60 * second;

describe('the interval between two reads of a watched job', () => {
  const options = { quickestMs: 2 * second, slowestMs: 30 * second };
  const runTime = { typicalMs: 10 * minute, earlyMs: 8 * minute };
  const intervalAt = (ranMs: number, known = true) =>
    readIntervalMs(ranMs, known ? runTime : undefined, options);

  it('is short for the first seconds, whatever is known', () => {
    for (const known of [true, false]) {
      expect([0, 5 * second, 10 * second - 1].map((ranMs) => intervalAt(ranMs, known))).toEqual(
        Array(3).fill(options.quickestMs),
      );
    }
  });

  it('is long in the middle, and shorter towards the time when early ones finish', () => {
    const intervals = [10 * second, 4 * minute, 7 * minute, 7.5 * minute, 7.9 * minute].map((ranMs) =>
      intervalAt(ranMs),
    );
    expect(intervals).toEqual([30, 30, 20, 10, 2].map((seconds) => seconds * second));
  });

  it('is short while exports usually finish, and longer the more one is overdue', () => {
    const intervals = [8 * minute, 9 * minute, 10 * minute, 12 * minute, 60 * minute].map((ranMs) =>
      intervalAt(ranMs),
    );
    expect(intervals).toEqual([2, 2, 2, 12, 30].map((seconds) => seconds * second));
  });

  it('is a tenth of the age where nothing is known', () => {
    const intervals = [10 * second, minute, 4 * minute, 60 * minute].map((ranMs) => intervalAt(ranMs, false));
    expect(intervals).toEqual([2, 6, 24, 30].map((seconds) => seconds * second));
  });

  it('finds the end of any export within a tenth of what it took, or within the longest interval', () => {
    for (const known of [true, false]) {
      for (let tookMs = minute; tookMs < 40 * minute; tookMs += 7 * second) {
        let atMs = 0;
        let reads = 0;
        for (; atMs < tookMs && reads < 1_200; reads += 1) atMs += intervalAt(atMs, known);
        expect(atMs - tookMs).toBeLessThanOrEqual(options.slowestMs);
        // With the shortest interval there would be 1200.
        expect(reads).toBeLessThanOrEqual(200);
        if (!known) expect(atMs - tookMs).toBeLessThanOrEqual(Math.max(options.quickestMs, tookMs / 10));
      }
    }
  });

  it('stays within its bounds for every age, also for a job that begins in the future', () => {
    for (const ranMs of [-minute, 0, 1, 12_345.678, 8 * minute, 1e12]) {
      for (const known of [true, false]) {
        const interval = intervalAt(ranMs, known);
        expect(Number.isInteger(interval)).toBe(true);
        expect(interval).toBeGreaterThanOrEqual(options.quickestMs);
        expect(interval).toBeLessThanOrEqual(options.slowestMs);
      }
    }
  });
});
