import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { escapeUnseen } from '../../../src/observability/escape-unseen.ts';

describe('a text for a terminal or a log', () => {
  it('has nothing in it that acts instead of being seen', () => {
    expect(escapeUnseen('a\u001b[2J\u009b1A\r\n\u2028\u202eb\u{e0041}')).toBe(
      'a\\u001b[2J\\u009b1A\\u000d\\u000a\\u2028\\u202eb\\udb40\\udc41',
    );
    expect(escapeUnseen('plain, Größe, 日本, 😀')).toBe('plain, Größe, 日本, 😀');
  });

  it('is the same value where it is JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(escapeUnseen(JSON.stringify(text)))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
