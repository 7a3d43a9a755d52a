import { describe, expect, it } from '@jest/globals';
import { paceMs } from '../../../../src/jobs/following/pace.ts';

const options = { quickestMs: 2_000, slowestMs: 30_000 };
/** Half of the exports end between four and six minutes. */
const runTime = { earlyMs: 240_000, typicalMs: 300_000 };
const minutes = (count: number) => count * 60_000;

describe('the pace of a watcher', () => {
  it.each([undefined, runTime])('is the quickest for the first ten seconds, whatever is known', (known) => {
    expect([0, 5_000, 9_999].map((ranMs) => paceMs(ranMs, known, options))).toEqual([2_000, 2_000, 2_000]);
  });

  it('is a tenth of the age of a job where nothing is known', () => {
    expect([30_000, 60_000, 240_000].map((ranMs) => paceMs(ranMs, undefined, options))).toEqual([
      3_000, 6_000, 24_000,
    ]);
  });

  it('is slow in the middle, and quicker the nearer the job comes to where others have ended', () => {
    const middle = [20_000, 180_000, 210_000, 234_000, 240_000];
    expect(middle.map((ranMs) => paceMs(ranMs, runTime, options))).toEqual([
      30_000, 20_000, 10_000, 2_000, 2_000,
    ]);
  });

  it('never passes by the time where others begin to end', () => {
    for (let ranMs = 10_000; ranMs < runTime.earlyMs; ranMs += 1_000) {
      const nextMs = ranMs + paceMs(ranMs, runTime, options);
      expect(nextMs).toBeLessThanOrEqual(runTime.earlyMs + options.quickestMs);
    }
  });

  it('is the quickest while others end, and slower the longer a job is overdue', () => {
    const late = [minutes(4), minutes(5), minutes(6), minutes(8), minutes(20)];
    expect(late.map((ranMs) => paceMs(ranMs, runTime, options))).toEqual([
      2_000, 2_000, 6_000, 18_000, 30_000,
    ]);
  });

  it('keeps to whole milliseconds within its bounds', () => {
    for (let ranMs = 0; ranMs < minutes(30); ranMs += 777) {
      for (const known of [undefined, runTime]) {
        const ms = paceMs(ranMs, known, options);
        expect([Number.isInteger(ms), ms >= options.quickestMs, ms <= options.slowestMs]).toEqual([
          true,
          true,
          true,
        ]);
      }
    }
  });
});
