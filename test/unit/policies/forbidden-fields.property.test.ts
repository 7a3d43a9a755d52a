import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyRefused } from '../../../src/jobs/errors.ts';
import { inBothForms, refusalOf } from '../../support/policies.ts';

const name = fc.stringMatching(/^[A-Za-z_-][A-Za-z0-9_-]{0,5}$/);
const names = (minLength: number) => fc.array(name, { minLength, maxLength: 4 });

/** A path, and a pattern that forbids it: the path's own beginning, some of its names as `*`, in any letter case. */
const forbiddenPath = fc
  .tuple(names(1), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), fc.nat(4), fc.boolean())
  .chain(([path, stars, length, endsInStar]) => {
    const pattern = path.slice(0, Math.max(1, length)).map((part, at) => (stars[at] ? '*' : part));
    const text = [...pattern, ...(endsInStar ? ['*'] : [])].join('.');
    return fc.record({ path: fc.constant(path), pattern: inAnyCase(text) });
  });

function inAnyCase(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) =>
      [...text].map((sign, at) => (upper[at] ? sign.toUpperCase() : sign.toLowerCase())).join(''),
    );
}

/** A field that exports the path: itself, what is above it, or (forbidden with it) what is below it. */
const exporting = (path: readonly string[]) =>
  fc
    .tuple(fc.integer({ min: 1, max: path.length }), names(0))
    .chain(([length, below]) =>
      inAnyCase((length === path.length ? [...path, ...below] : path.slice(0, length)).join('.')),
    );

/** What somebody may write around and into a field so that it is not recognized. */
const disguise = fc.constantFrom<(field: string) => string>(
  (field) => field,
  (field) => ` ${field}\t`,
  (field) => `\n${field}`,
  (field) => `${field}.`,
  (field) => `.${field}`,
  (field) => field.replace('.', '..'),
  (field) => field.replace('.', '/'),
  (field) => `/${field.replaceAll('.', '/')}`,
  (field) => field.replace('.', '[0].'),
  (field) => field.replace('.', '.0.'),
  (field) => `${field}[*]`,
  (field) => `${field}.*`,
  (field) => `["${field}"]`,
  (field) => `$.${field}`,
  (field) => `%70${field}`,
  (field) => encodeURIComponent(field).replaceAll('.', '%2e'),
  (field) => `${field}\u200b`,
  (field) => `${field}\u0000`,
  (field) => field.replaceAll('.', '\uff0e'),
  (field) => field.replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (field) => field.replace(/k/i, '\u212a').replace(/s/i, '\u017f'),
  (field) => `${field}\u0301`,
  (field) => `*,${field}`,
  () => '*',
  () => '',
);

interface Spelling {
  readonly field: string;
  readonly disguise: (field: string) => string;
  readonly others: readonly string[];
  readonly isTwice: boolean;
}

describe('a forbidden field', () => {
  const scene = forbiddenPath.chain(({ path, pattern }) =>
    fc.record({
      pattern: fc.constant(pattern),
      field: exporting(path),
      disguise,
      others: fc.array(fc.constantFrom('zzzzzzzz.a', 'zzzzzzzz.b'), { maxLength: 3 }),
      isTwice: fc.boolean(),
    }),
  );
  const spell = ({ field, disguise: dress, others, isTwice }: Spelling) => {
    const spelt = dress(field);
    return [...others, spelt, ...(isTwice ? [spelt] : []), ...others];
  };
  const rules = (pattern: string) => ({ forbiddenFields: ['yyyyyyyy', pattern] });

  it('is not exported in any spelling, and in neither form of body', () => {
    fc.assert(
      fc.property(scene, (one) => {
        for (const body of inBothForms(spell(one))) {
          expect(refusalOf(rules(one.pattern), body)).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is not exported with events either', () => {
    fc.assert(
      fc.property(scene, (one) => {
        for (const body of inBothForms(['zzzzzzzz.a'], spell(one))) {
          expect(refusalOf(rules(one.pattern), body)).toBeInstanceOf(Error);
        }
      }),
    );
  });

  it('is not exported by an export of all fields, however that is said', () => {
    const noFields = fc.constantFrom(undefined, [''], ['  '], ['\t']);
    fc.assert(
      fc.property(scene, noFields, ({ pattern }, fields) => {
        const [ours = {}, adobes = {}] = inBothForms(fields);
        expect(refusalOf(rules(pattern), adobes)).toBeInstanceOf(PolicyRefused);
        expect(refusalOf(rules(pattern), ours)).toBeInstanceOf(Error);
      }),
    );
  });

  it('keeps no field back that is neither above it, nor below it, nor itself', () => {
    fc.assert(
      fc.property(names(1), names(1), (path, other) => {
        const isApart = path.some((part, at) => {
          const beside = other[at];
          return beside !== undefined && beside.toLowerCase() !== part.toLowerCase();
        });
        fc.pre(isApart);
        for (const body of inBothForms([other.join('.')])) {
          expect(refusalOf({ forbiddenFields: [path.join('.')] }, body)).toBeUndefined();
        }
      }),
    );
  });
});
