import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toWireTime } from '../../../src/platform/wire-time.ts';

const documented = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

describe('a time of RFC 3339', () => {
  it.each([
    ['2018-01-01T00:00:00Z', '2018-01-01T00:00:00Z'],
    ['2018-01-01t00:00:00z', '2018-01-01T00:00:00Z'],
    ['2018-01-01 00:00:00Z', '2018-01-01T00:00:00Z'],
    ['2018-01-01T00:00:00-07:00', '2018-01-01T00:00:00-07:00'],
    ['2018-01-01T00:00:00-00:00', '2018-01-01T00:00:00Z'],
    ['2018-01-01T00:00Z', '2018-01-01T00:00:00Z'],
    // The five examples of RFC 3339, 5.8.
    ['1985-04-12T23:20:50.52Z', '1985-04-12T23:20:50.52Z'],
    ['1996-12-19T16:39:57-08:00', '1996-12-19T16:39:57-08:00'],
    ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00Z'],
    ['1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00Z'],
    ['1937-01-01T12:00:27.87+00:20', '1937-01-01T12:00:27.87+00:20'],
    ['2016-12-31t23:59:60.25z', '2017-01-01T00:00:00.25Z'],
    // Go writes nanoseconds (time.RFC3339Nano); some databases more than that.
    ['2018-01-01T00:00:00.123456789Z', '2018-01-01T00:00:00.123456789Z'],
    [`2018-01-01T00:00:00.${'1'.repeat(500)}Z`, '2018-01-01T00:00:00.111111111Z'],
    ['2020-02-29T12:00:00+23:59', '2020-02-29T12:00:00+23:59'],
  ])('%s is sent on as %s', (text, sent) => {
    expect(toWireTime(text)).toBe(sent);
  });

  it.each([
    '',
    '2018-01-01',
    '2018-01-01T00:00:00',
    '2018-02-29T00:00:00Z',
    '2018-02-30T00:00:00Z',
    '2018-13-01T00:00:00Z',
    '2018-00-10T00:00:00Z',
    '2018-01-01T24:00:00Z',
    '2018-01-01T00:60:00Z',
    '2018-01-01T00:00:61Z',
    // No minute but the last one of a month in UTC has a second 60.
    '2018-01-01T12:00:60Z',
    '1990-12-31T23:59:60-08:00',
    '2018-01-01T00:00:00+0700',
    '2018-01-01T00:00:00+24:00',
    '2018-01-01T00:00:00.Z',
    '2018-01-01T00:00:00,5Z',
    '2018-01-01T00:00:00Z ',
    '2018-01-01_00:00:00Z',
    '18-01-01T00:00:00Z',
    '+002018-01-01T00:00:00Z',
    '2018-W01-1T00:00:00Z',
    '1514764800000',
  ])('«%s» is none', (text) => {
    expect(toWireTime(text)).toBeUndefined();
  });

  it('keeps its instant to the millisecond, and is then in the documented form, once and for all', () => {
    const offset = fc
      .tuple(fc.constantFrom('+', '-'), fc.nat({ max: 23 }), fc.nat({ max: 59 }))
      .map(
        ([sign, hours, minutes]) =>
          `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`,
      );
    const written = fc
      .tuple(
        fc.date({
          min: new Date('1900-01-01T00:00:00Z'),
          max: new Date('2199-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        fc.constantFrom('T', 't', ' '),
        fc.stringMatching(/^(\.\d{1,30})?$/),
        fc.oneof(offset, fc.constantFrom('Z', 'z')),
      )
      .map(
        ([date, separator, fraction, zone]) =>
          date.toISOString().slice(0, 19).replace('T', separator) + fraction + zone,
      );
    fc.assert(
      fc.property(written, (text) => {
        const sent = toWireTime(text) ?? '';
        expect(sent).toMatch(documented);
        // V8 misreads fractions of more than nine digits.
        const plain = text
          .replace(/[t ]/, 'T')
          .toUpperCase()
          .replace(/(\.\d{3})\d+/, '$1');
        expect(Date.parse(sent)).toBe(Date.parse(plain));
        expect(toWireTime(sent)).toBe(sent);
      }),
      { numRuns: 500 },
    );
  });

  it('is decided in linear time for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const sent = toWireTime(text);
        if (sent !== undefined) expect(sent).toMatch(documented);
      }),
      { numRuns: 500 },
    );
  });
});
