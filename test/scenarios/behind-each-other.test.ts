import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { type ServerConnections, watchServerConnections } from '../support/server-connections.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const ask = (method: string, path: string, ...headers: string[]) =>
  `${[`${method} ${path} HTTP/1.1`, 'host: localhost', ...headers].join('\r\n')}\r\n\r\n`;

describe('requests behind each other on one connection', () => {
  let service: ServiceUnderTest;
  let connections: ServerConnections;
  beforeEach(async () => {
    service = await startServiceUnderTest({ streams: { mostForEachCaller: 1 } });
    connections = watchServerConnections(service.url);
    service.emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
    await service.send('GET', '/jobs');
  });
  afterEach(async () => {
    connections.stop();
    await service.stop();
  });

  it.each(['halfClose', 'reset'] as const)(
    'Promise 7: all reads of a caller that is gone are cut off, not only the first (%s)',
    async (leave) => {
      service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
      const caller = await openRawCaller(service.url);
      await caller.send([1, 2, 3, 4, 5].map((id) => ask('GET', `/jobs/${id}`)).join(''));
      await until(() => service.emulator.requests.open() === 5);
      caller[leave]();
      await until(() => service.emulator.requests.open() === 0 && connections.open() === 0);
    },
  );

  it('a stream ends with its caller’s side, gives its place back, and lets what is behind it be answered', async () => {
    const caller = await openRawCaller(service.url);
    await caller.send(ask('GET', '/jobs/7/events') + ask('GET', '/livez'));
    await until(() => caller.received().includes('"PROCESSING"'));
    caller.halfClose();
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([200, 200]);
    const next = await openRawCaller(service.url);
    await next.send(ask('GET', '/jobs/7/events'));
    await until(() => next.received().includes('"PROCESSING"'));
    next.reset();
  });

  it.each([
    [
      'a body whose chunks break',
      ask('POST', '/jobs', 'content-type: application/json', 'transfer-encoding: chunked'),
    ],
    ['nothing yet', ''],
  ])(
    'a stream ends where what comes behind it is broken, behind %s, which is refused',
    async (_name, head) => {
      const caller = await openRawCaller(service.url);
      await caller.send(ask('GET', '/jobs/7/events'));
      await until(() => caller.received().includes('"PROCESSING"'));
      await caller.send(`${head}zz\r\n`);
      await until(() => caller.isClosed() && connections.open() === 0);
      expect(caller.statuses()).toEqual([200, 400]);
    },
  );
});

describe('a body that means nothing, or that a refusal does not need', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
    service.emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
  });
  afterEach(() => service.stop());

  it('of a cancel is asked for where its caller waits for 100, and then it is cancelled', async () => {
    const caller = await openRawCaller(service.url);
    await caller.send(ask('DELETE', '/jobs/7', 'content-length: 2', 'expect: 100-continue'));
    await until(() => caller.statuses().includes(100));
    await caller.send('{}');
    await until(() => caller.statuses().includes(202));
    expect(caller.statuses()).toEqual([100, 202]);
    caller.reset();
  });

  it.each([
    ['413 where it is announced as too large', '/jobs/7', 413],
    ['400 where the query is not known', '/jobs/7?force=true', 400],
    ['400 where the id is not valid', '/jobs/a.b', 400],
  ])('of a cancel is not waited for: %s', async (_name, path, status) => {
    const caller = await openRawCaller(service.url);
    await caller.send(`${ask('DELETE', path, 'content-length: 200000')}0123456789`);
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([status]);
    expect(service.emulator.requests.all('cancel')).toEqual([]);
  });

  it.each([
    ['GET', '/jobs', 200],
    ['POST', '/jobs', 415],
    ['POST', '/nowhere', 404],
    ['PUT', '/jobs', 405],
  ])('keeps its connection where it came with its head: %s %s', async (method, path, status) => {
    const caller = await openRawCaller(service.url);
    const request = `${ask(method, path, 'content-type: text/plain', 'content-length: 2')}{}`;
    await caller.send(request);
    await until(() => caller.statuses().length === 1);
    await caller.send(request);
    await until(() => caller.statuses().length === 2);
    expect(caller.statuses()).toEqual([status, status]);
    expect(caller.received()).not.toMatch(/connection: close/i);
    caller.reset();
  });

  it('starts nothing of what follows a refusal that closes its connection (RFC 9112, 9.6)', async () => {
    const job = '{"datasetId":"d","segments":["s"]}';
    const caller = await openRawCaller(service.url);
    await caller.send(ask('POST', '/jobs', 'content-type: text/plain', 'transfer-encoding: chunked'));
    await until(() => caller.statuses().includes(415));
    const create = ask('POST', '/jobs', 'content-type: application/json', `content-length: ${job.length}`);
    caller.socket.write(`0\r\n\r\n${create}${job}`);
    await until(() => caller.isClosed());
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(service.emulator.requests.all('create')).toEqual([]);
  });
});
