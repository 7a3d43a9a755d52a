import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { createExportPolicies } from '../../../src/policies/export-policies.ts';
import { noPolicies } from '../../../src/policies/rules.ts';
import { content, inBothForms, policiesOf, refusalOf } from '../../support/policies.ts';

const profiles = '_xdm.context.profile';
const events = '_xdm.context.experienceevent';

/** Which of the two schemas a caller may export. */
function mayExport(file: object, caller?: string): string[] {
  const policies = createExportPolicies(policiesOf(file), createMovableClock());
  return [profiles, events].filter(
    (schema) => policies.findViolations(caller, { ...content, schema }).length === 0,
  );
}

describe('where there are policies', () => {
  it.each([[{}], [{ everyone: {} }], [{ everyone: { events: true, allFields: true } }]])(
    'only profiles may be exported unless they name other schemas: %j',
    (file) => {
      expect(mayExport(file)).toEqual([profiles]);
      expect(mayExport(file, 'reporting')).toEqual([profiles]);
    },
  );

  it.each([
    [[events], [events]],
    [
      [profiles, events],
      [profiles, events],
    ],
    [['_xdm.context'], []],
    [[], []],
  ])('only the schemas that they name: %j', (schemas, mayGo) => {
    expect(mayExport({ everyone: { schemas } })).toEqual(mayGo);
  });

  it('a named caller has its own, or those of everyone', () => {
    const file = { everyone: { schemas: [events] }, callers: { own: { schemas: [profiles] }, none: {} } };
    expect([mayExport(file, 'own'), mayExport(file, 'none'), mayExport(file)]).toEqual([
      [profiles],
      [events],
      [events],
    ]);
  });

  it('null leaves a caller profiles, and opens nothing', () => {
    const lifted = { callers: { lifted: { schemas: null } } };
    expect(mayExport(lifted, 'lifted')).toEqual([profiles]);
    for (const schemas of [[], [events]]) {
      expect(mayExport({ everyone: { schemas }, ...lifted }, 'lifted')).toEqual([profiles]);
    }
  });

  it('the caller is told what is wrong with the schema, also with one that it has not named', () => {
    const [ours = {}] = inBothForms(['a']);
    const detailOf = (schemas: string[], body: object) => refusalOf({ schemas }, body)?.details.errors;
    const place = { rule: 'schemas', pointer: '/schema' };
    expect(detailOf([profiles], { ...ours, schema: events })).toEqual([
      { ...place, detail: 'is not one of the schemas that may be exported' },
    ]);
    expect(detailOf([events], ours)).toEqual([
      {
        ...place,
        detail:
          'must name one of the schemas that may be exported: _xdm.context.profile, which counts unless one is named, is none of them',
      },
    ]);
  });
});

describe('where there are none', () => {
  it('any schema may be exported', () => {
    expect(noPolicies.findViolations(undefined, { ...content, schema: events })).toEqual([]);
  });
});
