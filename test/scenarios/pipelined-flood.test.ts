import { expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const request = 'GET /jobs/7 HTTP/1.1\r\nhost: localhost\r\n\r\n';

it('more requests behind each other than anybody needs close their connection, and keep nothing', async () => {
  await using service = await startServiceUnderTest();
  // Platform says nothing, so no answer makes room.
  service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
  const callers = await Promise.all(Array.from({ length: 20 }, () => openRawCaller(service.url)));
  for (const caller of callers) caller.socket.write(request.repeat(1_500));
  await until(() => callers.every((caller) => caller.isClosed()));
  const told = service
    .logLines()
    .filter(({ msg }) => msg === 'A connection with too many requests behind each other is closed');
  expect(told).toHaveLength(20);
  // Of each connection only what was served at once has been begun.
  expect(service.emulator.requests.all('get').length).toBeLessThanOrEqual(1);
  expect((await service.send('GET', '/livez')).status).toBe(200);
  service.emulator.misbehaviours.clear();
});
