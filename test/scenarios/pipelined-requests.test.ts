import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('several requests in one packet', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
  });
  afterEach(() => service.stop());

  const body = '{"datasetId":"d","allProfiles":true}';
  const create = `POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;

  async function exchange(text: string) {
    const caller = await openRawCaller(service.url);
    await caller.send(text);
    await until(() => caller.isClosed());
    return caller;
  }

  it.each([
    ['no HTTP', 'garbage\r\n\r\n', 400],
    [
      'a request with a broken chunk',
      create.replace(/content-length: \d+/, 'transfer-encoding: chunked'),
      400,
    ],
    ['a request without a Host', 'GET /livez HTTP/1.1\r\n\r\n', 400],
    [
      'a request with an unknown coding',
      `${get('/livez').slice(0, -2)}transfer-encoding: x, chunked\r\n\r\n`,
      501,
    ],
    ['CONNECT', 'CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\n\r\n', 405],
  ])(
    'keep their answers in their order where %s follows, which is the last to be answered',
    async (_name, last, status) => {
      const caller = await exchange(create + get('/jobs') + last + get('/livez'));
      expect(caller.statuses()).toEqual([201, 200, status]);
      expect(caller.received()).toMatch(/"id":"101".*"jobs":\[.*"status":\d{3}/s);
      expect(caller.received()).not.toContain('"alive"');
      expect(service.emulator.requests.all('create')).toHaveLength(1);
    },
  );

  it('are answered in their order where the first takes longer than all others', async () => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 1_000 } });
    const caller = await openRawCaller(service.url);
    await caller.send(`${create}${get('/livez')}garbage\r\n\r\n`);
    await until(() => service.emulator.requests.all('create').length === 1);
    expect(caller.received()).toBe('');
    service.emulator.clock.advance(1_000);
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([201, 200, 400]);
  });

  it("are nobody else's when the connection is reset while the first is under way", async () => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 1_000 } });
    const caller = await openRawCaller(service.url);
    await caller.send(`${create}CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\n\r\n`);
    await until(() => service.emulator.requests.all('create').length === 1);
    const lines = service.logLines().length;
    caller.reset();
    service.emulator.clock.advance(1_000);
    await until(() => service.logLines().length > lines);
    expect(service.logLines().at(-1)).toMatchObject({ route: '/jobs', status: 201 });
    expect((await service.send('GET', '/livez')).status).toBe(200);
  });
});
