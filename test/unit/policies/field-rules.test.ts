import { describe, expect, it } from '@jest/globals';
import { brokenRules, content, enforce, inBothForms, refusalOf } from '../../support/policies.ts';

const [ours, adobes] = [0, 1];
const judge = (rules: object, fields: readonly string[] | undefined, form = adobes) =>
  brokenRules(rules, inBothForms(fields)[form] ?? {});
const forbidden = (...patterns: string[]) => ({ forbiddenFields: patterns });
const allowed = (...patterns: string[]) => ({ allowedFields: patterns });

describe('a forbidden pattern', () => {
  it.each([
    ['personalEmail.address', 'personalEmail', true],
    ['personalEmail.address', 'PERSONALEMAIL.Address', true],
    ['personalEmail.address', 'personalEmail.address.domain', true],
    ['personalEmail.address', 'personalEmail.label', false],
    ['personalEmail.address', 'personalEmailAddress', false],
    ['personalEmail.*', 'personalEmail', true],
    ['personalEmail.*', 'personalEmail.a.b', true],
    ['_tenant.loyalty.tier', '_tenant', true],
    ['identityMap.*.id', 'identityMap', true],
    ['identityMap.*.id', 'identityMap.Email', true],
    ['identityMap.*.id', 'identityMap.Email.primary', false],
    ['identityMap.*.id', 'identityMap.id', true],
    ['*.address', 'homePhone.number', false],
    ['*', 'anything', true],
  ])('%s: a field %s is refused: %s', (pattern, field, isRefused) => {
    expect(judge(forbidden(pattern), [field])).toEqual(isRefused ? ['forbiddenFields /fields'] : []);
  });
});

describe('an allowed pattern', () => {
  it.each([
    ['personalEmail.address', 'personalEmail.address', true],
    ['personalEmail.address', 'personalEmail.address.domain', true],
    ['personalEmail.address', 'personalEmail', false],
    ['personalEmail.address', 'personalEmail.Address', false],
    ['personalEmail.*', 'personalEmail.address', true],
    ['personalEmail.*', 'personalEmail', true],
    ['personalEmail.*.*', 'personalEmail', false],
    ['identityMap.*.id', 'identityMap.Email.id', true],
    ['identityMap.*.id', 'identityMap.Email', false],
    ['*', 'anything.at-all', true],
  ])('%s: a field %s may go: %s', (pattern, field, mayGo) => {
    expect(judge(allowed(pattern), [field])).toEqual(mayGo ? [] : ['allowedFields /fields']);
  });

  it('lets nothing go where the list is empty', () => {
    expect(judge(allowed(), ['a'])).toEqual(['allowedFields /fields']);
  });
});

describe('a field that cannot be judged', () => {
  const odd = ['a..b', '.a', 'a.', 'a[0]', 'a/b', '*', 'a.*', '%61', 'ä', 'a.0.b', '7', 'a b', 'a\u200bb'];

  it.each(odd)('is refused wherever a rule about fields applies: %j', (field) => {
    expect(judge(forbidden('x'), [field])).toEqual(['forbiddenFields /fields']);
    expect(judge(allowed('*'), [field])).toEqual(['allowedFields /fields']);
    expect(judge({ allFields: false }, [field])).toEqual(['allFields /fields']);
    expect(judge({ allFields: true, forbiddenFields: [], datasets: ['d'] }, [field])).toEqual([]);
  });
});

describe('an export of all fields', () => {
  it.each([undefined, [''], ['  ']])('is refused where a list says anything: %j', (fields) => {
    expect(judge(forbidden('x'), fields)).toEqual(['forbiddenFields /fields']);
    expect(judge(allowed('*'), fields)).toEqual(['allowedFields /fields']);
    expect(judge({ ...forbidden('x'), allFields: true }, fields)).toEqual(['forbiddenFields /fields']);
    expect(judge({ allFields: false }, fields)).toEqual(['allFields /fields']);
    expect(judge({ allFields: true }, fields)).toEqual([]);
    expect(judge({}, fields)).toEqual([]);
  });

  it.each([[], [''], [' ', '']])('is also one of a list that names nothing: %j', (...fields) => {
    const broken = enforce(forbidden('x')).findViolations(undefined, {
      ...content,
      fields,
      events: { fields },
    });
    expect(broken.map(({ place }) => place)).toEqual([{ part: 'fields' }, { part: 'eventFields' }]);
  });
});

describe('the place of a refused field', () => {
  const fields = ['b', 'secret.a', 'a', 'secret', 'secret.a'];

  it('is its entry in our form, of one that is there twice the first, in the order of the list', () => {
    expect(judge(forbidden('secret'), fields, ours)).toEqual([
      'forbiddenFields /fields/1',
      'forbiddenFields /fields/3',
    ]);
  });

  it("is the whole text in Adobe's form, and the sentence names the field", () => {
    expect(judge(forbidden('secret'), fields)).toEqual(Array(2).fill('forbiddenFields /fields'));
    expect(refusalOf(forbidden('secret.a'), inBothForms(fields)[adobes] ?? {})?.details.errors).toEqual([
      {
        pointer: '/fields',
        rule: 'forbiddenFields',
        detail: '"secret.a" must not be exported: secret.a is forbidden',
      },
      {
        pointer: '/fields',
        rule: 'forbiddenFields',
        detail: '"secret" exports all that is below it, and secret.a is forbidden',
      },
    ]);
  });

  it('of events is in the list of events', () => {
    const [inOurs, inAdobes] = inBothForms(['b'], ['b', 'secret']);
    expect(brokenRules(forbidden('secret'), inOurs ?? {})).toEqual(['forbiddenFields /events/fields/1']);
    expect(brokenRules(forbidden('secret'), inAdobes ?? {})).toEqual([
      'forbiddenFields /additionalFields/eventList/fields',
    ]);
  });

  it('of events without fields is the list that is missing: they are all exported', () => {
    const body = { datasetId: 'd', allProfiles: true, fields: ['b'], events: {} };
    expect(brokenRules(forbidden('secret'), body)).toEqual(['forbiddenFields /events/fields']);
    expect(brokenRules({ allFields: false }, body)).toEqual(['allFields /events/fields']);
  });
});
