import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseHttpDate } from '../../../src/ims/http-date.ts';

const nowMs = Date.parse('2026-01-01T00:00:00Z');
const iso = (text: string, at = nowMs) => {
  const ms = parseHttpDate(text, at);
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe('a date of HTTP', () => {
  it.each([
    // The three of RFC 9110, 5.6.7.
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
    ['Wed Nov 25 12:02:00 2026', '2026-11-25T12:02:00.000Z'],
    // Of RFC 6265's and other cookies: four digits with dashes, a short day.
    ['Wed, 25-Nov-2026 12:02:00 GMT', '2026-11-25T12:02:00.000Z'],
    ['wed, 25 nov 2026 12:02:00 gmt', '2026-11-25T12:02:00.000Z'],
    ['Wed, 5 Nov 2026 12:02:00 UTC', '2026-11-05T12:02:00.000Z'],
    ['Wed, 25 Nov 2026 12:02:00 +0200', '2026-11-25T10:02:00.000Z'],
    ['Wed, 25 Nov 2026 12:02:00 -0730', '2026-11-25T19:32:00.000Z'],
    // A leap second.
    ['Sat, 31 Dec 2016 23:59:60 GMT', '2017-01-01T00:00:00.000Z'],
    // Not over 50 years ahead, and over it.
    ['Friday, 25-Nov-76 12:02:00 GMT', '2076-11-25T12:02:00.000Z'],
    ['Friday, 25-Nov-77 12:02:00 GMT', '1977-11-25T12:02:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it('of two digits is in the next century shortly before that begins', () => {
    expect(iso('Friday, 01-Jan-00 00:00:01 GMT', Date.parse('2099-12-31T23:59:59Z'))).toBe(
      '2100-01-01T00:00:01.000Z',
    );
  });

  it.each([
    '',
    'soon',
    '2026-11-25T12:02:00Z',
    'Wed, 25 Nov 2026',
    'Wed, 25 Abc 2026 12:02:00 GMT',
    'Wed, 32 Nov 2026 12:02:00 GMT',
    'Wed, 25 Nov 2026 24:02:00 GMT',
    'Wed, 25 Nov 2026 12:02:00',
    'Wed, 25 Nov 2026 12:02:00 PST',
    'Wed Nov 25 12:02:00 26',
  ])('is not: %s', (text) => {
    expect(iso(text)).toBeUndefined();
  });

  it('is read in each form, whichever second it is', () => {
    const seconds = fc.integer({ min: nowMs / 1000, max: nowMs / 1000 + 49 * 365 * 86_400 });
    fc.assert(
      fc.property(seconds, (second) => {
        const date = new Date(second * 1000);
        const imf = date.toUTCString();
        const [, day = '', month = '', year = '', time = ''] = imf.split(/[ ,]+/);
        const weekday = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
        const rfc850 = `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
        const asctime = `${imf.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
        expect([imf, rfc850, asctime].map((text) => parseHttpDate(text, nowMs))).toEqual(
          Array(3).fill(second * 1000),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is nothing or a number, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const ms = parseHttpDate(text, nowMs);
        expect(ms === undefined || Number.isFinite(ms)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
