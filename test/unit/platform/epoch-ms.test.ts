import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMsOf } from '../../../src/platform/read-fields.ts';

const ms = Date.parse('2018-10-04T01:19:33.895Z');
const wholeSecondMs = Date.parse('2018-10-04T01:19:33.000Z');

describe('a time of Platform', () => {
  it.each<[string, unknown, number]>([
    ['milliseconds', 1538615973895, ms],
    ['seconds', 1538615973, wholeSecondMs],
    ['seconds with a fraction', 1538615973.895, ms],
    ['milliseconds with a fraction', 1538615973895.4, ms],
    ['microseconds', 1538615973895000, ms],
    ['nanoseconds', '1538615973895000000', ms],
    ['digits of milliseconds', '1538615973895', ms],
    ['digits of seconds', '1538615973', wholeSecondMs],
    ['the epoch', 0, 0],
    ['milliseconds of its first day', 60_000, 60_000],
    ['ISO text', '2018-10-04T01:19:33.895Z', ms],
    ['ISO text without a fraction', '2018-10-04T01:19:33Z', wholeSecondMs],
    ['ISO text with nanoseconds', '2018-10-04T01:19:33.895123456Z', ms],
    ['ISO text with an offset', '2018-10-03T18:19:33.895-07:00', ms],
    ['ISO text with an offset without its colon, as Java writes it', '2018-10-04T03:19:33.895+0200', ms],
    ['ISO text with an offset of hours', '2018-10-04T03:19:33.895+02', ms],
    ['ISO text without an offset', '2018-10-04T01:19:33.895', ms],
    ['ISO text in lower case with a space (RFC 3339, 5.6)', '2018-10-04 01:19:33.895z', ms],
    ['ISO text with a comma (ISO 8601)', '2018-10-04T01:19:33,895Z', ms],
    ['a day', '2018-10-04', Date.parse('2018-10-04T00:00:00Z')],
    // https://www.rfc-editor.org/rfc/rfc3339#section-5.8
    [
      'the example of RFC 3339 with a leap second',
      '1990-12-31T23:59:60Z',
      Date.parse('1990-12-31T23:59:59Z'),
    ],
    [
      'the example of RFC 3339 of the Netherlands',
      '1937-01-01T12:00:27.87+00:20',
      Date.parse('1937-01-01T11:40:27.870Z'),
    ],
  ])('may be %s', (_name, value, expected) => {
    expect(epochMsOf(value)).toBe(expected);
  });

  it.each([
    'now',
    '',
    ' ',
    '0x10',
    '1e3',
    '2018-13-01',
    '2018-10-04T25:00:00Z',
    'Thu, 04 Oct 2018 01:19:33 GMT',
    1e300,
    Number.NaN,
    null,
    true,
    {},
    ['1538615973895'],
  ])('is never %j', (value) => {
    expect(epochMsOf(value)).toBeUndefined();
  });

  it('is one that RFC 3339 can write, whatever comes', () => {
    const anything = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.string(),
      fc.bigInt().map(String),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anything, (value) => {
        const read = epochMsOf(value);
        if (read !== undefined) expect(new Date(read).toISOString()).toMatch(/^\d{4}-.*\.\d{3}Z$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the same whichever way a date writes it', () => {
    const date = fc.date({ min: new Date('1974-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (time) => {
        const at = time.getTime();
        expect([at, String(at), time.toISOString()].map(epochMsOf)).toEqual([at, at, at]);
        expect(epochMsOf(Math.floor(at / 1000))).toBe(Math.floor(at / 1000) * 1000);
      }),
      { numRuns: 500 },
    );
  });
});
