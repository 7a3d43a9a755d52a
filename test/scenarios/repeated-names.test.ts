import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const adobes = (filter: string) =>
  `{"destination":{"datasetId":"d"},"schema":{"name":"s"},"filter":${filter}}`;

describe('a create whose body has a name twice in one object (RFC 7493, 2.3)', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  afterEach(() => {
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each([
    [
      'segments, where the last would win',
      '{"datasetId":"d","segments":["a"],"segments":["b"]}',
      '/segments',
    ],
    ['the same value twice', '{"datasetId":"d","datasetId":"d","segments":["a"]}', '/datasetId'],
    ['a name and its escaped form', '{"datasetId":"d","segments":["a"],"\\u0073egments":["b"]}', '/segments'],
    [
      'a name inside of a segment',
      '{"datasetId":"d","segments":["a",{"id":"b","id":"c"}]}',
      '/segments/1/id',
    ],
    [
      'a name inside of events',
      '{"datasetId":"d","segments":["a"],"events":{"fields":["a"],"fields":["b"]}}',
      '/events/fields',
    ],
    [
      "a filter in Adobe's form",
      `{"filter":{},${adobes('{"segments":[{"segmentId":"a"}]}').slice(1)}`,
      '/filter',
    ],
    [
      "segments in Adobe's form",
      adobes('{"segments":[{"segmentId":"a"}],"segments":[{"segmentId":"b"}]}'),
      '/filter/segments',
    ],
    [
      "a segment's id in Adobe's form",
      adobes('{"segments":[{"segmentId":"a","segmentId":"b"}]}'),
      '/filter/segments/0/segmentId',
    ],
    ['a name that no job has', '{"datasetId":"d","segments":["a"],"x":1,"x":2}', '/x'],
    ['an escaped slash and a tilde', '{"datasetId":"d","segments":["a"],"a/~":1,"a\\/~":2}', '/a~1~0'],
    ['an empty name', '{"datasetId":"d","segments":["a"],"":1,"":2}', '/'],
    // RFC 8259, 4: names that are not unique are unpredictable among receivers; also across a byte order mark.
    [
      'segments after a byte order mark',
      '\ufeff{"datasetId":"d","segments":["a"],"segments":["b"]}',
      '/segments',
    ],
  ])('is refused with the pointer: %s', async (_name, body, pointer) => {
    const answer = await service.send('POST', '/jobs', { body });
    expect(answer.body).toMatchObject({
      status: 400,
      code: 'unreadable-body',
      owner: 'caller',
      errors: [{ pointer, detail: 'stands twice in its object' }],
    });
  });

  it('is told all of them', async () => {
    const body = '{"datasetId":"d","datasetId":"e","segments":[{"id":"a","id":"b"}],"segments":["c"]}';
    const answer = await service.send('POST', '/jobs', { body });
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/datasetId',
      '/segments/0/id',
      '/segments',
    ]);
  });

  it.each(['constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'is not confused with %s, which is a name like any other that no job has',
    async (name) => {
      const forms = [
        `{"${name}":{"allProfiles":true},"datasetId":"d","segments":["a"]}`,
        adobes(`{"${name}":{"segments":[]}}`),
      ];
      for (const body of forms) {
        const answer = await service.send('POST', '/jobs', { body });
        expect(answer.body).toMatchObject({ status: 422, code: 'invalid-job' });
        expect(answer.body.errors[0].pointer).toMatch(new RegExp(`/${name}$`));
      }
      expect(Object.hasOwn(Object.prototype, 'allProfiles')).toBe(false);
    },
  );
});
