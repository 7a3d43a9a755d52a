import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mostLevels } from '../../src/http/body/nesting.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const ours = (more: string) => `{"datasetId":"d","segments":["a"],${more}}`;
const adobes = (filter: string) =>
  `{"destination":{"datasetId":"d"},"schema":{"name":"s"},"filter":${filter}}`;
const nested = (levels: number, inner = '1') => '['.repeat(levels) + inner + ']'.repeat(levels);

describe('a create whose body wants to be more than data', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.emulator.requests.clear());

  const prototypes = [Object.prototype, Array.prototype, Function.prototype];
  const untouched = prototypes.map((prototype) => Object.getOwnPropertyNames(prototype).length);

  it.each([
    ['at the top', '{"__proto__":{"allProfiles":true},"datasetId":"d","segments":["a"]}', '/__proto__'],
    ['instead of a job', '{"__proto__":{"datasetId":"d","allProfiles":true}}', '/__proto__'],
    ['written in escapes', ours('"\\u005f\\u005fproto\\u005f\\u005f":{}'), '/__proto__'],
    ['half of it in escapes', ours('"__pro\\u0074o__":1'), '/__proto__'],
    ['in a segment', '{"datasetId":"d","segments":[{"id":"a","__proto__":{}}]}', '/segments/0/__proto__'],
    ['where a text belongs', '{"datasetId":{"__proto__":1},"segments":["a"]}', '/datasetId/__proto__'],
    ['in what nobody knows', ours('"x":{"y":[[{"__proto__":null}]]}'), '/x/y/0/0/__proto__'],
    ["in Adobe's form", adobes('{"__proto__":{"segments":[]}}'), '/filter/__proto__'],
    ['as an array', '[{"__proto__":[]}]', '/0/__proto__'],
  ])('is refused with the pointer for a name __proto__ %s', async (_name, body, pointer) => {
    const answer = await service.send('POST', '/jobs', { body });
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'unreadable-body',
      errors: [{ pointer, detail: 'is a name that no object may have here' }],
    });
    expect(service.emulator.requests.all()).toEqual([]);
    expect(prototypes.map((prototype) => Object.getOwnPropertyNames(prototype).length)).toEqual(untouched);
  });

  it.each([
    ['constructor', '{"prototype":{"allProfiles":true}}'],
    ['prototype', '{"allProfiles":true}'],
  ])('is refused for the name %s as for any other that no job has', async (name, value) => {
    const answer = await service.send('POST', '/jobs', { body: ours(`"${name}":${value}`) });
    expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: `/${name}` }] });
    expect(Object.hasOwn(Object.prototype, 'allProfiles')).toBe(false);
  });

  it('may have a text __proto__, which is one like any other', async () => {
    const { status, body } = await service.send('POST', '/jobs', {
      body: { datasetId: '__proto__', segments: ['constructor'], fields: ['__proto__.a'] },
    });
    expect([status, body.datasetId, body.fields]).toEqual([201, '__proto__', ['__proto__.a']]);
  });

  it.each([
    ['arrays', nested(mostLevels + 1)],
    ['arrays in a property', ours(`"x":${nested(mostLevels)}`)],
    ['objects', `${'{"a":'.repeat(mostLevels + 1)}1${'}'.repeat(mostLevels + 1)}`],
    ['arrays without an end', '['.repeat(90_000)],
    ['arrays that would fill a stack', nested(45_000, '')],
  ])('is refused in a sentence when %s are nested too deeply', async (_name, body) => {
    const answer = await service.send('POST', '/jobs', { body });
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'unreadable-body',
      detail: 'The body has more than 32 levels; a job has at most five.',
    });
    expect(answer.text.length).toBeLessThan(500);
  });

  it('is read as far as that', async () => {
    for (const body of [
      nested(mostLevels),
      ours(`"x":${nested(mostLevels - 1)}`),
      ours(`"x":"${nested(90)}"`),
    ])
      expect((await service.send('POST', '/jobs', { body })).status).toBe(422);
  });

  // All numbers that a job has are whole and exact; what a program would round is refused.
  it.each(['9007199254740993', '1e400', '-1e400', '1.5', '123456789012345678901234567890'])(
    'is refused for the version %s, which would be sent on as another one',
    async (version) => {
      const body = ours(`"mergePolicy":{"id":"m","version":${version}}`);
      const answer = await service.send('POST', '/jobs', { body });
      expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: '/mergePolicy/version' }] });
    },
  );

  it.each(['"\\ud800"', '"a\\udc00b"', '"\\udc00\\ud800"'])(
    'is refused for half of a character: %s',
    async (text) => {
      const answer = await service.send('POST', '/jobs', { body: `{"datasetId":${text},"segments":["a"]}` });
      expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: '/datasetId' }] });
    },
  );
});
