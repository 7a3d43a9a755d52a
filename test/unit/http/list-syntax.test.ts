import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readEntityTags } from '../../../src/http/fields/entity-tags.ts';
import { readDirectives, splitOutsideQuotes } from '../../../src/http/fields/list-syntax.ts';

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const anyText = fc
  .string({ unit: 'binary-ascii', maxLength: 40 })
  .map((text) => text.replaceAll(/[\r\n]/g, ' '));
const quote = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
const spaces = fc.stringMatching(/^[ \t]{0,3}$/);
const visible = fc.string({ unit: fc.constantFrom(...' \t",;=\\*W/aT-'), maxLength: 60 });

describe('the list syntax of header fields', () => {
  it('gives back every directive that was written, whatever its quoted value holds', () => {
    const directive = fc.record({ name: token, value: fc.option(fc.oneof(token, anyText)), around: spaces });
    fc.assert(
      fc.property(fc.array(directive, { maxLength: 8 }), (directives) => {
        const field = directives
          .map(({ name, value, around }) =>
            value === null ? `${around}${name}` : `${name}${around}=${around}${quote(value)}${around}`,
          )
          .join(',');
        const expected = new Map<string, string>();
        for (const { name, value } of directives)
          if (!expected.has(name.toLowerCase())) expected.set(name.toLowerCase(), value ?? '');
        expect(readDirectives(field)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    // RFC 7240, 2: these three say the same.
    ['foo; bar', [['foo', '']]],
    ['foo; bar=""', [['foo', '']]],
    ['foo=""; bar', [['foo', '']]],
    // RFC 7240, 2 and 4.2.
    [
      'respond-async, wait=100',
      [
        ['respond-async', ''],
        ['wait', '100'],
      ],
    ],
    [
      'handling=lenient, return=minimal',
      [
        ['handling', 'lenient'],
        ['return', 'minimal'],
      ],
    ],
    // RFC 9111, 5.2.3.
    [
      'private, community="UCI"',
      [
        ['private', ''],
        ['community', 'UCI'],
      ],
    ],
    // RFC 9110, 5.6.1.2: empty elements count for nothing.
    [
      'foo , ,bar,charlie',
      [
        ['foo', ''],
        ['bar', ''],
        ['charlie', ''],
      ],
    ],
    [', ,', []],
  ])('reads %s as the RFC means it', (field, expected) => {
    expect([...readDirectives(field)]).toEqual(expected);
  });

  it('finds no directive within quotes or after a semicolon', () => {
    fc.assert(
      fc.property(token, anyText, anyText, (name, before, after) => {
        const inside = `${before}, no-cache, ${after}`;
        expect(
          readDirectives(`x${name}=${quote(inside)}; y=${quote(inside)}; no-cache`).has('no-cache'),
        ).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('gives back every entity tag that was written, weak or strong, with commas and backslashes inside', () => {
    const opaque = fc.string({ unit: fc.constantFrom(...'aZ09,;\\-_ !#/W*') });
    const tags = fc.array(fc.record({ isWeak: fc.boolean(), opaque }), { maxLength: 8 });
    fc.assert(
      fc.property(tags, spaces, (written, around) => {
        const field = written
          .map(({ isWeak, opaque: text }) => `${around}${isWeak ? 'W/' : ''}"${text}"${around}`)
          .join(',');
        expect(readEntityTags(field)).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });

  it('loses no character of any field', () => {
    fc.assert(
      fc.property(visible, fc.boolean(), (field, escapes) => {
        expect(splitOutsideQuotes(field, ',', { escapes }).join(',')).toBe(field);
        readDirectives(field);
        readEntityTags(field);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['"', 'quotes'],
    [' ', 'spaces'],
    [',', 'commas'],
    [', ', 'commas and spaces'],
    ['\\', 'backslashes'],
    ['"\\', 'quotes and backslashes'],
    ['=', 'signs'],
    ['a ', 'words'],
    ['a= ', 'names without values'],
    ['*', 'stars'],
    ['W/"', 'marks of weakness'],
    ['a;', 'semicolons'],
  ])('is read in linear time, also from a field of nothing but %j', (unit) => {
    // With a step for each pair of characters this would take many minutes, and the test its time-out.
    const field = `x${unit.repeat(1_000_000 / unit.length)}!`;
    readDirectives(field);
    readEntityTags(field);
    readEntityTags(`"${field}`);
    expect(splitOutsideQuotes(field, ';', { escapes: true }).join(';')).toHaveLength(field.length);
  });
});
