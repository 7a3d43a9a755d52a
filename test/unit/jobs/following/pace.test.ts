import { describe, expect, it } from '@jest/globals';
import { paceMs } from '../../../../src/jobs/following/pace.ts';

const second = 1_000;
const minute = 60 * second;

describe('the pace at which to look at a job', () => {
  const options = { quickestMs: 2 * second, slowestMs: 30 * second };
  const runTime = { typicalMs: 10 * minute, earlyMs: 8 * minute };
  const paceAt = (ranMs: number, known = true) => paceMs(ranMs, known ? runTime : undefined, options);

  it('is quick for the first seconds, whatever is known', () => {
    for (const known of [true, false]) {
      expect([0, 5 * second, 10 * second - 1].map((ranMs) => paceAt(ranMs, known))).toEqual(
        Array(3).fill(options.quickestMs),
      );
    }
  });

  it('is slow in the middle, and quicker towards the time when early ones end', () => {
    const paces = [10 * second, 4 * minute, 7 * minute, 7.5 * minute, 7.9 * minute].map((ranMs) =>
      paceAt(ranMs),
    );
    expect(paces).toEqual([30, 30, 20, 10, 2].map((seconds) => seconds * second));
  });

  it('is quick as long as exports use to end, and slower the longer one is overdue', () => {
    const paces = [8 * minute, 9 * minute, 10 * minute, 12 * minute, 60 * minute].map((ranMs) =>
      paceAt(ranMs),
    );
    expect(paces).toEqual([2, 2, 2, 12, 30].map((seconds) => seconds * second));
  });

  it('is a tenth of the age where nothing is known', () => {
    const paces = [10 * second, minute, 4 * minute, 60 * minute].map((ranMs) => paceAt(ranMs, false));
    expect(paces).toEqual([2, 6, 24, 30].map((seconds) => seconds * second));
  });

  it('finds the end of any export within a tenth of what it took, or of the slowest pace', () => {
    for (const known of [true, false]) {
      for (let tookMs = minute; tookMs < 40 * minute; tookMs += 7 * second) {
        let atMs = 0;
        let looks = 0;
        for (; atMs < tookMs && looks < 1_200; looks += 1) atMs += paceAt(atMs, known);
        expect(atMs - tookMs).toBeLessThanOrEqual(options.slowestMs);
        // Of 1200 at the quickest pace.
        expect(looks).toBeLessThanOrEqual(200);
        if (!known) expect(atMs - tookMs).toBeLessThanOrEqual(Math.max(options.quickestMs, tookMs / 10));
      }
    }
  });

  it('stays within its bounds for every age, also for a job that begins in the future', () => {
    for (const ranMs of [-minute, 0, 1, 12_345.678, 8 * minute, 1e12]) {
      for (const known of [true, false]) {
        const pace = paceAt(ranMs, known);
        expect(Number.isInteger(pace)).toBe(true);
        expect(pace).toBeGreaterThanOrEqual(options.quickestMs);
        expect(pace).toBeLessThanOrEqual(options.slowestMs);
      }
    }
  });
});
