import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseNewJob } from '../../../src/jobs/parse-new-job.ts';
import { inBothForms, refusalOf } from '../../support/policies.ts';

const profiles = '_xdm.context.profile';
const events = '_xdm.context.experienceevent';

/** What somebody may do to a name so that it is taken for another one. */
const disguise = fc.constantFrom<(name: string) => string>(
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => ` ${name}`,
  (name) => `${name}\n`,
  (name) => `\ufeff${name}`,
  (name) => `${name}\u200b`,
  (name) => `${name}\u0000`,
  (name) => `${name}\u0301`,
  (name) => `${name}.`,
  (name) => `${name}/`,
  (name) => `${name};version=1`,
  (name) => `${name}#`,
  (name) => `${name}.*`,
  (name) => name.replaceAll('.', '\uff0e'),
  (name) => name.replaceAll('.', '/'),
  (name) => name.replace('_xdm', '%5fxdm'),
  (name) => name.replace('_xdm', '_\u0445dm'),
  (name) => name.replace('_', ''),
  (name) => `https://ns.adobe.com/xdm/${name}`,
  (name) => `${name},${profiles}`,
  (name) => `${profiles},${name}`,
  (name) => `${name}@AdobeOrg`,
);
const anyName = fc.oneof(
  fc.constantFrom(profiles, events, '', ' ', '\u2028', '\ufffd', '*', 'null', '__proto__', 'x'.repeat(2000)),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const schema: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.tuple(disguise, anyName).map(([dress, name]) => dress(name)), weight: 5 },
  { arbitrary: fc.tuple(disguise, disguise).map(([one, other]) => other(one(profiles))), weight: 3 },
  { arbitrary: fc.anything(), weight: 1 },
);

/** An export that keeps to all other rules, with this schema, in both forms and with or without events. */
function bodiesWith(value: unknown): object[] {
  const bodies = [inBothForms(['a']), inBothForms(['a'], ['a'])];
  return bodies.flatMap(([ours, adobes]) => [
    { ...ours, schema: value },
    { ...adobes, schema: { name: value } },
    { ...adobes, schema: value },
  ]);
}

/** The schema that Platform would be asked for, where the rules let the export go. */
function sentSchema(rules: object, body: object): string | undefined {
  return refusalOf(rules, body) === undefined ? parseNewJob(body).request.schema.name : undefined;
}

describe('a schema that the policies do not name', () => {
  it.each([
    [{}, [profiles]],
    [{ allowedFields: ['a'] }, [profiles]],
    [{ schemas: [events, 'x'] }, [events, 'x']],
    [{ schemas: [] }, []],
  ])('is not exported in any spelling, and in neither form of body: %j', (rules, named) => {
    fc.assert(
      fc.property(schema, (value) => {
        for (const body of bodiesWith(value)) {
          expect([undefined, ...named]).toContain(sentSchema(rules, body));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps nothing back that is named as it stands, nor profiles without a schema', () => {
    const [ours = {}] = inBothForms(['a']);
    expect(sentSchema({}, ours)).toBe(profiles);
    const named = fc.stringMatching(/^[!-~]{1,40}$/);
    fc.assert(
      fc.property(named, (name) => {
        const [inOurs, inAdobes] = [{ ...ours, schema: name }, bodiesWith(name)[1] ?? {}];
        expect(sentSchema({ schemas: [name] }, inOurs)).toBe(name);
        expect(sentSchema({ schemas: [name] }, inAdobes)).toBe(name);
      }),
    );
  });
});
