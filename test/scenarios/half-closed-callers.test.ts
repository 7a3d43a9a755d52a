import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { type ServerConnections, watchServerConnections } from '../support/server-connections.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/** https://www.rfc-editor.org/rfc/rfc9112#section-9.6 and decision 0011. */
describe('a caller that closes its side of the connection when its request is out', () => {
  let service: ServiceUnderTest;
  let connections: ServerConnections;
  beforeEach(async () => {
    service = await startServiceUnderTest();
    connections = watchServerConnections(service.url);
    await service.send('GET', '/jobs');
  });
  afterEach(async () => {
    connections.stop();
    await service.stop();
  });

  const json = '{"datasetId":"d","allProfiles":true}';
  const create = `POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
  const ask = (method: string, path: string) => `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;

  async function sendAndHalfClose(text: string) {
    const caller = await openRawCaller(service.url);
    await caller.send(text);
    caller.halfClose();
    return caller;
  }

  it.each([
    ['livez', ask('GET', '/livez'), [200]],
    ['a job', ask('GET', '/jobs/100'), [404]],
    ['a list', ask('GET', '/jobs'), [200]],
    ['a create', create, [201]],
    ['two requests in one packet', ask('GET', '/jobs') + create, [200, 201]],
    ['a request of HTTP/1.0', 'GET /jobs HTTP/1.0\r\n\r\n', [200]],
  ])('is answered: %s', async (_name, text, statuses) => {
    const caller = await sendAndHalfClose(text);
    await until(() => caller.isClosed() && connections.open() === 0);
    expect(caller.statuses()).toEqual(statuses);
  });

  it.each([
    ['create', create, 201, '"id":"101"'],
    ['cancel', ask('DELETE', '/jobs/7'), 202, '"cancelling":true'],
  ] as const)('is answered however long its %s takes, once and whole', async (route, text, status, part) => {
    service.emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
    service.emulator.misbehaviours.add({ route, how: { kind: 'delay', ms: 5_000 } });
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const caller = await sendAndHalfClose(text);
    await until(() => service.emulator.requests.all(route).length === 1);
    // Long enough that a read is cut off.
    const other = await sendAndHalfClose(ask('GET', '/jobs/100'));
    await until(() => other.isClosed());
    service.emulator.clock.advance(5_000);
    await until(() => caller.isClosed() && connections.open() === 0);
    expect(caller.statuses()).toEqual([status]);
    expect(caller.received()).toContain(part);
    expect(service.emulator.requests.all(route)).toHaveLength(1);
  });

  it('takes its read with it when that takes too long, because it may be gone', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const caller = await sendAndHalfClose(ask('GET', '/jobs/100'));
    await until(() => service.emulator.requests.all('get').length === 1);
    // The clock stands still: no time-out of the call has a part in this.
    await until(() => service.emulator.requests.open() === 0 && caller.isClosed());
    expect(caller.statuses()).toEqual([499]);
    await until(() => service.logLines().at(-1)?.code === 'request-abandoned');
    expect(service.logLines().at(-1)).toMatchObject({ status: 499, aborted: true });
  });

  it('is answered with 400 where its request is not complete, and nothing is left of it', async () => {
    const caller = await sendAndHalfClose(create.slice(0, -1));
    await until(() => caller.isClosed() && connections.open() === 0);
    expect(caller.statuses()).toEqual([400]);
    expect(service.emulator.requests.all('create')).toEqual([]);
  });
});
