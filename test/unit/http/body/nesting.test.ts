import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNestedTooDeeply, mostLevels } from '../../../../src/http/body/nesting.ts';

function levelsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(levelsOf));
}

// Texts with all that a scanner of JSON can trip over.
const text = fc.oneof(fc.constantFrom('[', '{', '"', '\\', '\\"', ']', '"[[', '\\\\'), fc.string());
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(text, tie('json'), { maxKeys: 3 }),
  ),
}));

describe('how deep a JSON text is', () => {
  it('is seen as it is, whatever stands in its texts and names', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 0, max: mostLevels }), (value, around) => {
        const deep = `${'[{"a":'.repeat(around)}${JSON.stringify(value)}${'}]'.repeat(around)}`;
        expect(isNestedTooDeeply(deep)).toBe(levelsOf(value) + 2 * around > mostLevels);
      }),
      { numRuns: 1000 },
    );
  });

  it('is counted within each other, not beside each other', () => {
    expect(isNestedTooDeeply(`[${Array.from({ length: 1000 }, () => '[{}]').join(',')}]`)).toBe(false);
  });

  it('is not asked of a text that is no JSON for longer than it takes to read it', () => {
    for (const text of ['"', '"\\', '"\\"'.repeat(50_000), ']'.repeat(100_000), '']) {
      expect(isNestedTooDeeply(text)).toBe(false);
    }
  });
});
