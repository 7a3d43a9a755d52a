import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRetryAfter } from '../../../src/ims/http-answer.ts';

const nowMs = Date.parse('2026-11-25T12:00:00Z');
const yearMs = 365 * 24 * 60 * 60 * 1000;

describe('how long to hold back', () => {
  it.each<[string | string[], number | undefined]>([
    ['120', 120_000],
    [' 120 ', 120_000],
    ['0', 0],
    ['Wed, 25 Nov 2026 12:02:00 GMT', 120_000],
    ['Wednesday, 25-Nov-26 12:02:00 GMT', 120_000],
    ['Wed Nov 25 12:02:00 2026', 120_000],
    ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
    // https://github.com/microsoftgraph/microsoft-graph-docs/issues/17442
    ['2.128', 2_128],
    ['300s', 300_000],
    ['300 seconds', 300_000],
    // Two lines of which a proxy made one, and two lines.
    ['120, 120', 120_000],
    ['5, 120', 120_000],
    [['120', '5'], 120_000],
    [['5', 'Wed, 25 Nov 2026 12:02:00 GMT'], 120_000],
    ['99999999999999999999', yearMs],
    ['Fri, 31 Dec 9999 23:59:59 GMT', yearMs],
    ['-1', undefined],
    ['-1, 7', 7_000],
    ['', undefined],
    ['soon', undefined],
    ['1e3', undefined],
    ['Infinity', undefined],
    ['PT5M', undefined],
  ])('%j', (value, expected) => {
    expect(readRetryAfter({ 'retry-after': value }, nowMs)).toBe(expected);
  });

  it("is also read from the gateway's misspelt Retry_After, and the longer one counts", () => {
    expect(readRetryAfter({ retry_after: '300s' }, nowMs)).toBe(300_000);
    expect(readRetryAfter({ retry_after: '300s', 'retry-after': '5' }, nowMs)).toBe(300_000);
  });

  it('is nothing, or from nothing to a year, whatever the header says', () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.float().map(String));
    fc.assert(
      fc.property(value, (given) => {
        const ms = readRetryAfter({ 'retry-after': given }, nowMs);
        expect(ms === undefined || (ms >= 0 && ms <= yearMs)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
