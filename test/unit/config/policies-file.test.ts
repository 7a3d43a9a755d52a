import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parsePolicies } from '../../../src/config/policies-file.ts';
import { policiesJsonSchema } from '../../../src/config/policies-schema.ts';
import { readPage } from '../../support/pages.ts';
import { createConfigFolder, read } from '../../support/settings-under-test.ts';

function faultsOf(file: unknown): string[] {
  const found = parsePolicies(file);
  return 'faults' in found ? found.faults.map(({ path, detail }) => `${path} ${detail}`) : [];
}

const published: object = JSON.parse(readPage('docs/policies.schema.json'));

const full = {
  $schema: './policies.schema.json',
  everyone: {
    datasets: ['5b7c86968f7b6501e21ba9df'],
    schemas: ['_xdm.context.profile', 'https://ns.adobe.com/tenant/schemas/1a2b'],
    allowedFields: ['identities.id', 'homeAddress.*', 'identityMap.*.id', '_tenant.a-b', '*'],
    forbiddenFields: ['personalEmail.*'],
    allFields: false,
    allProfiles: false,
    mergePolicies: ['timestampOrdered-none-mp'],
    events: false,
    mostRunningJobs: 5,
    hours: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin', days: ['mon', 'fri'] },
    duplicateJobs: 'reuse',
  },
  callers: { reporting: { datasets: null, schemas: null, hours: null, allProfiles: true }, 'jwt:a b': {} },
};

const wrong: [name: string, file: unknown, faults: string[]][] = [
  ['no object', [], [' must hold one object with everyone, callers or both']],
  [
    'several at once',
    {
      everyone: {
        datasets: 'd',
        schemas: ['a b', null],
        forbiddenFields: ['a..b', 'a[0]', 'per*', '**', '.a', 'a.', 'a.0.b', 7],
        allProfiles: 'no',
        hours: { from: '7:00', to: '24:01', timeZone: 'Mars', days: ['mo'] },
        mostRunningJobs: 1.5,
        duplicateJobs: 'maybe',
        forbidenFields: [],
      },
      callers: { 'jwt:x': { events: 1 }, b: 5 },
      everybody: {},
    },
    [
      'everyone.datasets must be a list',
      'everyone.schemas[0] must be an id, without blanks',
      'everyone.schemas[1] must be a text',
      ...[0, 1, 2, 3, 4, 5, 6].map(
        (nth) =>
          `everyone.forbiddenFields[${nth}] must be names of letters, digits, _ and - with dots between them, none of digits alone, such as personalEmail.address; * may stand in the place of a whole name`,
      ),
      'everyone.forbiddenFields[7] must be a text',
      'everyone.allProfiles must be true or false',
      'everyone.mostRunningJobs must be a whole number',
      'everyone.hours.from must be a time such as 07:00',
      'everyone.hours.to must be a time such as 19:00, or 24:00',
      'everyone.hours.timeZone must be a time zone such as Europe/Berlin or UTC',
      'everyone.hours.days[0] must be of mon, tue, wed, thu, fri, sat, sun',
      'everyone.duplicateJobs must be one of allow, reuse, refuse',
      'everyone.forbidenFields is not known here',
      'callers["jwt:x"].events must be true or false',
      'callers.b must be an object with rules',
      'everybody is not known here',
    ],
  ],
  ['null for everyone', { everyone: { events: null } }, ['everyone.events must be true or false']],
  [
    'hours that lack what is required',
    { everyone: { hours: {} } },
    ['from', 'to', 'timeZone'].map((name) => `everyone.hours.${name} is required`),
  ],
  [
    'no days',
    { everyone: { hours: { ...full.everyone.hours, days: [] } } },
    ['everyone.hours.days must name at least one'],
  ],
  [
    'a name that a record cannot have',
    JSON.parse('{"callers":{"__proto__":{"events":false}}}'),
    ['callers.__proto__ is a name that a caller cannot have'],
  ],
];

describe('the file of policies', () => {
  it('may say all that there is', () => {
    expect(faultsOf(full)).toEqual([]);
    expect(parsePolicies({})).toEqual({ everyone: {}, callers: new Map() });
  });

  it.each(wrong)('is refused with everything that is wrong with it: %s', (_name, file, faults) => {
    expect(faultsOf(file).toSorted()).toEqual(faults.toSorted());
  });

  it('needs hours that are not empty', () => {
    const hours = { from: '07:00', to: '07:00', timeZone: 'UTC' };
    expect(faultsOf({ everyone: { hours } })).toEqual([
      'everyone.hours.to must not be the same as from: leave hours out, or say from 00:00 to 24:00',
    ]);
  });

  it('is as in its documentation', () => {
    const blocks = [...readPage('docs/policies.md').matchAll(/```json\n(.*?)```/gs)];
    expect(blocks.map(([, text = '']) => faultsOf(JSON.parse(text)))).toEqual([[], []]);
  });

  it('has a published schema, made of the one that checks it', () => {
    expect(policiesJsonSchema()).toEqual(published);
  });

  it('has a published schema that accepts and refuses the same', () => {
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    const accepts = ajv.compile(published);
    expect(accepts(full)).toBe(true);
    for (const [name, file] of wrong) {
      // A schema has no word for these two.
      if (name.includes('record')) continue;
      expect({ name, accepted: accepts(file) }).toEqual({ name, accepted: false });
    }
  });
});

describe('POLICIES_FILE at start', () => {
  it('is checked with all other settings, and each fault is under its name', () => {
    using folder = createConfigFolder();
    const file = folder.write('rules.json', '{ "everyone": { "hours": { "from": 7 }, "event": false } }');
    const faults = read({ POLICIES_FILE: file, PORT: 'x' });
    expect(faults).toEqual([
      expect.stringMatching(/^PORT /),
      'POLICIES_FILE: everyone.hours.from must be a time such as 07:00',
      'POLICIES_FILE: everyone.hours.to is required',
      'POLICIES_FILE: everyone.hours.timeZone is required',
      'POLICIES_FILE: everyone.event is not known here',
    ]);
  });

  it.each([
    ['is not there', undefined, 'POLICIES_FILE names a file that cannot be read (ENOENT)'],
    [
      'is empty',
      '',
      'POLICIES_FILE names a file that is not in JSON: there is something wrong at line 1, column 1',
    ],
    [
      'is half written',
      '{"everyone":{"all',
      'POLICIES_FILE names a file that is not in JSON: there is something wrong at line 1, column 18',
    ],
  ])('keeps the service from starting where it %s', (_name, content, fault) => {
    using folder = createConfigFolder();
    const file = content === undefined ? `${folder.path}/none.json` : folder.write('rules.json', content);
    expect(read({ POLICIES_FILE: file })).toEqual([fault]);
  });

  it('may have comments', () => {
    using folder = createConfigFolder();
    const file = folder.write(
      'rules.json',
      '{ /* nobody */ everyone: { allProfiles: false, }, } // ends here',
    );
    expect(read({ POLICIES_FILE: file })).toMatchObject({ creates: { policiesFile: file } });
  });
});
