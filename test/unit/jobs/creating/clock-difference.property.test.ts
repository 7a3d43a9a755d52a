import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { measure, unmeasured } from '../../../../src/jobs/creating/clock-difference.ts';

const call = fc.record({
  beganAtMs: fc.integer({ min: 0, max: 1e6 }),
  tookMs: fc.nat(400),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
});
type Call = typeof call extends fc.Arbitrary<infer Value> ? Value : never;
const ahead = fc.integer({ min: -1e7, max: 1e7 });

/** What a clock that is so far ahead says at some moment of the call. */
function answerOf({ beganAtMs, tookMs, at }: Call, aheadMs: number) {
  const writtenAtMs = beganAtMs + Math.floor(tookMs * at) + aheadMs;
  return { dateMs: Math.floor(writtenAtMs / 1000) * 1000, beganAtMs, endedAtMs: beganAtMs + tookMs };
}

describe("the difference of Platform's clock and ours", () => {
  it('is within the bounds that any calls give, which come closer with each', () => {
    fc.assert(
      fc.property(ahead, fc.array(call, { minLength: 1, maxLength: 8 }), (aheadMs, calls) => {
        let known = unmeasured;
        for (const one of calls) {
          const before = known;
          known = measure(known, answerOf(one, aheadMs));
          expect(known.leastMs).toBeLessThanOrEqual(aheadMs);
          expect(known.mostMs).toBeGreaterThanOrEqual(aheadMs);
          if (!before.isMeasured) continue;
          expect(known.mostMs - known.leastMs).toBeLessThanOrEqual(before.mostMs - before.leastMs);
        }
      }),
    );
  });

  it('is not known by an answer without a date, and known anew where a clock was set', () => {
    const dated = { dateMs: 5000, beganAtMs: 5000, endedAtMs: 5100 };
    expect(measure(unmeasured, { ...dated, dateMs: undefined })).toBe(unmeasured);
    const known = measure(unmeasured, dated);
    expect(known).toEqual({ leastMs: -100, mostMs: 999, isMeasured: true });
    expect(measure(known, { ...dated, dateMs: 65_000 })).toEqual({
      leastMs: 59_900,
      mostMs: 60_999,
      isMeasured: true,
    });
  });
});
