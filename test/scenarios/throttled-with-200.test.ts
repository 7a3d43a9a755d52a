import { expect, it } from '@jest/globals';
import { json } from '../support/failing.ts';
import { startWithPolicy } from '../support/start-with-policy.ts';

it('a gateway that throttles with 200 is left alone for as long as callers are told, as with 429', async () => {
  await using service = await startWithPolicy();
  const how = json(200, { error_code: '429050', message: 'Too many requests' });
  service.emulator.misbehaviours.add({ route: 'list', times: 1, how });
  const told = [];
  for (let call = 0; call < 3; call += 1) told.push(await service.send('GET', '/jobs'));
  expect(told.map(({ body, headers }) => [body.code, headers['retry-after']])).toEqual(
    Array(3).fill(['platform-throttled', '30']),
  );
  expect(service.emulator.requests.all('list')).toHaveLength(1);
  service.emulator.clock.advance(30_000);
  expect((await service.send('GET', '/jobs')).status).toBe(200);
});
