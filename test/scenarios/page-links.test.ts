import { expect, it } from '@jest/globals';
import { json } from '../support/failing.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

it.each([
  ['another host’s', 'https://elsewhere.example/x?limit=2&offset=5_6', '5_6'],
  ['one with a fragment', '/export/jobs/?limit=2&offset=5_6#top?offset=7', '5_6'],
  ['a fragment only', '/export/jobs/#?offset=7', undefined],
  ['the page’s own, behind which nothing can follow', '/export/jobs/?limit=2&offset=1_2', undefined],
])(
  'of a link to the next page nothing but the offset is taken, and none that leads nowhere: %s',
  async (_name, next, offset) => {
    await using service = await startServiceUnderTest();
    service.emulator.misbehaviours.add({ route: 'list', how: json(200, { records: [], link: { next } }) });
    const { body } = await service.send('GET', '/jobs?limit=2&offset=1_2');
    expect(body.next).toBe(offset === undefined ? null : `/jobs?limit=2&offset=${offset}`);
  },
);

it('the fields of a job are those that Platform lists, be it in an array', async () => {
  await using service = await startServiceUnderTest();
  const how = json(200, { id: 1, status: 'NEW', fields: ['a.b', ' c.d,e '] });
  service.emulator.misbehaviours.add({ route: 'get', how });
  expect((await service.send('GET', '/jobs/1')).body.fields).toEqual(['a.b', 'c.d', 'e']);
});
