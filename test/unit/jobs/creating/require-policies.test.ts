import { describe, expect, it } from '@jest/globals';
import { PolicyRefused } from '../../../../src/jobs/errors.ts';
import { brokenRules, refusalOf } from '../../../support/policies.ts';

const ours = { datasetId: 'd', segments: ['s'], fields: ['a'] };
const adobes = {
  destination: { datasetId: 'd' },
  schema: { name: '_xdm.context.profile' },
  filter: { segments: [{ segmentId: 's' }] },
  fields: 'a',
};

describe('an export that breaks rules', () => {
  const rules = {
    datasets: ['other'],
    allProfiles: false,
    allFields: false,
    events: false,
    mergePolicies: ['default'],
    hours: { from: '00:00', to: '00:01', timeZone: 'UTC', days: ['mon'] },
  };

  it('is refused with each rule, and its place in the body as the caller wrote it', () => {
    const body = { datasetId: 'd', allProfiles: true, events: { fields: ['a'] } };
    expect(brokenRules(rules, body)).toEqual([
      'datasets /datasetId',
      'allProfiles /allProfiles',
      'allFields /fields',
      'events /events',
      'mergePolicies /mergePolicy',
      'hours ',
    ]);
    const { filter: _filter, fields: _fields, ...bare } = adobes;
    expect(brokenRules(rules, { ...bare, additionalFields: { eventList: { fields: 'a' } } })).toEqual([
      'datasets /destination/datasetId',
      'allProfiles /filter',
      'allFields /fields',
      'events /additionalFields/eventList',
      'mergePolicies /mergePolicy',
      'hours ',
    ]);
  });

  it('is told how many rules it breaks and which, and of very many places the first twenty', () => {
    const fields = Array.from({ length: 30 }, (_, nth) => `f${nth}`);
    const refusal = refusalOf(
      { allowedFields: ['a'], datasets: ['d'], mergePolicies: [] },
      { ...ours, fields },
    );
    expect(refusal).toBeInstanceOf(PolicyRefused);
    expect(refusal).toMatchObject({
      code: 'policy-refused',
      rules: ['allowedFields', 'mergePolicies'],
      detail:
        'This export breaks 2 rules for exports (allowedFields, mergePolicies); nothing was started. See errors for the first 20, and 11 more.',
    });
    expect(refusal?.details.errors).toHaveLength(20);
  });
});

describe('an export of all profiles', () => {
  it.each([
    ['without a filter', { filter: undefined }],
    ['with an empty one', { filter: {} }],
    [
      'with one that has no segments',
      { filter: { emptyProfiles: true, fromIngestTimestamp: '2026-01-01T00:00:00Z' } },
    ],
  ])("in Adobe's form is one %s", (_name, change) => {
    const body = JSON.parse(JSON.stringify({ ...adobes, ...change }));
    expect(brokenRules({ allProfiles: false }, body)).toEqual(['allProfiles /filter']);
    expect(brokenRules({ allProfiles: true }, body)).toEqual([]);
  });

  it('is not one that names segments', () => {
    expect(brokenRules({ allProfiles: false }, adobes)).toEqual([]);
    expect(brokenRules({ allProfiles: false }, ours)).toEqual([]);
  });
});

describe('a list of merge policies', () => {
  const rules = { mergePolicies: ['default', 'strict'] };

  it.each([
    [{ mergePolicy: 'default' }, true],
    [{ mergePolicy: { id: 'strict', version: 3 } }, true],
    [{ mergePolicy: 'Default' }, false],
    [{ mergePolicy: 'other' }, false],
    [{}, false],
  ])('%j may go: %s', (change, mayGo) => {
    expect(brokenRules(rules, { ...ours, ...change })).toEqual(mayGo ? [] : ['mergePolicies /mergePolicy']);
  });

  it("refuses an export that names none, also by a version alone in Adobe's form", () => {
    expect(refusalOf(rules, { ...adobes, mergePolicy: { version: 1 } })?.details.errors).toEqual([
      {
        rule: 'mergePolicies',
        pointer: '/mergePolicy',
        detail: 'must be named: only some may be used, and nobody knows which one Platform would take',
      },
    ]);
  });
});
