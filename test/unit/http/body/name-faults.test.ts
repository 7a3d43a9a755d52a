import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findNameFaults } from '../../../../src/http/body/name-faults.ts';

/** An object as its members, so that a name can be there twice; anything else as JSON has it. */
type Tree =
  | { readonly members: readonly (readonly [string, Tree])[] }
  | { readonly list: readonly Tree[] }
  | { readonly leaf: unknown };

// Few names, some of them with all that a scanner of JSON can trip over.
const name = fc.oneof(
  fc.constantFrom('a', 'b', '', '/', '"', '\\', '\\"', '{', ',', 'proto', 'ä'),
  fc.string({ maxLength: 3 }),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      leaf: fc.oneof(
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.constantFrom('"', '\\', '{"a":1,"a":2}', ','),
      ),
    }),
    fc.record({ list: fc.array(tie('tree'), { maxLength: 4 }) }),
    fc.record({ members: fc.array(fc.tuple(name, tie('tree')), { maxLength: 5 }) }),
  ),
}));

/** Written with escapes and blanks that say the same, by turns. */
function write(value: Tree, escaped: boolean): string {
  if ('leaf' in value) return JSON.stringify(value.leaf);
  if ('list' in value) return `[ ${value.list.map((entry) => write(entry, !escaped)).join(' ,')}]`;
  const members = value.members.map(
    ([key, one], at) => `${writeName(key, at % 2 === 0 ? escaped : !escaped)} : ${write(one, !escaped)}`,
  );
  return `{${members.join(',\n')} }`;
}

function writeName(key: string, escaped: boolean): string {
  if (!escaped) return JSON.stringify(key);
  const units = Array.from({ length: key.length }, (_, at) =>
    key.charCodeAt(at).toString(16).padStart(4, '0'),
  );
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

function repeatedIn(value: Tree): number {
  if ('leaf' in value) return 0;
  if ('list' in value) return value.list.reduce((sum, entry) => sum + repeatedIn(entry), 0);
  const own = value.members.length - new Set(value.members.map(([key]) => key)).size;
  return value.members.reduce((sum, [, one]) => sum + repeatedIn(one), own);
}

const find = (text: string) => Array.from(findNameFaults(text), (tell) => tell());

describe('names that stand twice in one object, or are __proto__', () => {
  it('are found wherever they are, however they are written, and nothing else is', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (value, escaped) => {
        const text = write(value, escaped);
        JSON.parse(text);
        expect(find(text)).toHaveLength(repeatedIn(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('are not seen in what JSON.stringify has written', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const isRepeated = ({ detail }: { detail: string }) =>
          detail !== 'is a name that no object may have here';
        expect(find(JSON.stringify(JSON.parse(text))).filter(isRepeated)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('are told with their pointers, in whatever depth', () => {
    expect(find('{"a":1,"\\u0061":2,"b":[{"x":1},{"~/":{},"~/":3}],"c":{"a":["a","a"]}}')).toEqual([
      { pointer: '/a', detail: 'stands twice in its object' },
      { pointer: '/b/1/~0~1', detail: 'stands twice in its object' },
    ]);
  });

  it('are told where they are __proto__, in any spelling, and where it is text or a part of a name not at all', () => {
    const detail = 'is a name that no object may have here';
    expect(find('{"__proto__":1,"a":[{"\\u005f_proto_\\u005f":{}}]}')).toEqual([
      { pointer: '/__proto__', detail },
      { pointer: '/a/0/__proto__', detail },
    ]);
    expect(find('{"a":"__proto__","x__proto__":["__proto__"],"__proto":1}')).toEqual([]);
  });

  it('are told by the nearest place with a short pointer where their own would be long', () => {
    const deep = `${'{"a":'.repeat(20_000)}{"b":1,"b":2}${'}'.repeat(20_000)}`;
    expect(find(deep)).toEqual([{ pointer: '/a'.repeat(100), detail: 'has a name twice, deep inside' }]);
    const long = 'x'.repeat(50_000);
    expect(find(`{"p":{"${long}":1,"${long}":2}}`)).toEqual([
      { pointer: '/p', detail: 'has a name twice, deep inside' },
    ]);
  });
});
