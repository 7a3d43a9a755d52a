import { expect, it } from '@jest/globals';
import { anExport, createsOf, post } from '../support/creates-under-test.ts';
import { json } from '../support/failing.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

it('a create whose job another one has already is settled all the same, and nothing is left of it', async () => {
  await using service = await startServiceUnderTest();
  const { clock, misbehaviours } = service.emulator;
  misbehaviours.add({ route: 'create', how: json(200, { id: 7, status: 'NEW' }) });
  await post(service, anExport, { key: 'a' });
  const alarms = clock.alarms();
  const second = await post(service, anExport, { key: 'b' });
  expect([second.status, second.body.id, clock.alarms()]).toEqual([201, '7', alarms]);
  const again = await post(service, anExport, { key: 'b' });
  expect([again.body.id, again.headers['idempotent-replayed'], createsOf(service)]).toEqual(['7', 'true', 2]);
});
