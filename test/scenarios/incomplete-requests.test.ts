import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { type ServerConnections, watchServerConnections } from '../support/server-connections.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const head = (method: string, path: string, ...headers: string[]) =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n');
const create = head('POST', '/jobs', 'content-length: 50');

describe('a request that never becomes whole', () => {
  let service: ServiceUnderTest;
  let connections: ServerConnections;
  beforeEach(async () => {
    const server = { keepAliveTimeoutMs: 50, headersTimeoutMs: 400, requestTimeoutMs: 500 };
    service = await startServiceUnderTest({ server });
    connections = watchServerConnections(service.url);
  });
  afterEach(async () => {
    connections.stop();
    await service.stop();
  });
  const requestLines = () => service.logLines().filter(({ msg }) => msg === 'request');

  it('leaves nothing of itself when it is begun six hundred times and each is closed', async () => {
    const chunk = `${head('POST', '/jobs', 'transfer-encoding: chunked')}24\r\n{"da`;
    const sent = [create, `${create}{`, chunk];
    const callers = await Promise.all(
      Array.from({ length: 600 }, async (_, at) => {
        const caller = await openRawCaller(service.url);
        await caller.send(sent[at % sent.length] ?? '');
        caller.halfClose();
        return caller;
      }),
    );
    await until(() => callers.every((caller) => caller.isClosed()) && connections.open() === 0);
    expect(callers.filter((caller) => caller.statuses().join() === '400')).toHaveLength(600);
    await until(() => requestLines().length === 600);
    expect(requestLines().filter(({ code }) => code === 'unreadable-request')).toHaveLength(600);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each([
    ['a body with a length', create],
    ['a chunked body', head('POST', '/jobs', 'transfer-encoding: chunked')],
    ['the headers', 'POST /jobs HTTP/1.1\r\nhost: localhost\r\nx-a: '],
  ])('is answered with 408 however steadily %s comes, byte by byte', async (_name, begin) => {
    const caller = await openRawCaller(service.url);
    await caller.send(begin);
    const chunked = begin.includes('chunked');
    // One more byte with each turn of the event loop: it is the time as a whole that counts.
    await until(() => {
      if (!caller.isClosed() && caller.socket.writable && caller.socket.bytesWritten < begin.length + 40)
        caller.socket.write(chunked ? '1\r\n{\r\n' : ' ');
      return caller.isClosed();
    });
    expect(caller.statuses()).toEqual([408]);
    expect(requestLines()).toEqual([expect.objectContaining({ status: 408, code: 'request-timed-out' })]);
    await until(() => connections.open() === 0);
  });

  it('starts nothing, and its body is the last that is read on its connection', async () => {
    const caller = await openRawCaller(service.url);
    await caller.send(`${head('POST', '/jobs', 'transfer-encoding: chunked')}zz\r\n${head('GET', '/livez')}`);
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([400]);
    expect(requestLines()).toHaveLength(1);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('cancels nothing', async () => {
    service.emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
    const caller = await openRawCaller(service.url);
    await caller.send(`${head('DELETE', '/jobs/7', 'content-length: 5')}{`);
    caller.halfClose();
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([400]);
    expect(service.emulator.requests.all()).toEqual([]);
    // Complete, its body means nothing (RFC 9110, 9.3.5).
    expect((await service.send('DELETE', '/jobs/7', { body: {} })).status).toBe(202);
  });

  it('cancels nothing with a body over 100 kB, which is 413', async () => {
    const caller = await openRawCaller(service.url);
    await caller.send(`${head('DELETE', '/jobs/7', 'content-length: 200000')}${'x'.repeat(150_000)}`);
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([413]);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('has no second answer where it has been answered before its body was there', async () => {
    const caller = await openRawCaller(service.url);
    await caller.send(`${head('GET', '/livez', 'content-length: 5')}ab`);
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([200]);
    expect(requestLines()).toHaveLength(1);
  });

  // https://trac.nginx.org/nginx/wiki/Lingering and RFC 9112, 9.6: a reset would take the answer away.
  it.each([
    ['a broken chunk', `${head('POST', '/jobs', 'transfer-encoding: chunked')}zz\r\n`, 400],
    ['two Hosts', head('POST', '/jobs', 'host: other.example', 'content-length: 9000000'), 400],
    ['a broken head', 'POST /jobs HTTP/1.1\r\nno colon\r\n', 400],
  ])('is answered also to a caller that goes on sending after %s', async (_name, begin, status) => {
    const callers = await Promise.all(Array.from({ length: 5 }, () => openRawCaller(service.url)));
    for (const caller of callers) {
      caller.socket.write(begin);
      // Within what is read and dropped; beyond that the connection is reset, and the answer may be lost with it.
      caller.socket.write('x'.repeat(900_000));
    }
    await until(() => callers.every((caller) => caller.isClosed()));
    expect(callers.map((caller) => caller.statuses())).toEqual(callers.map(() => [status]));
  });

  it('is not waited for, once answered, by a caller that neither reads nor closes', async () => {
    const caller = await openRawCaller(service.url);
    caller.socket.pause();
    await caller.send('garbage\r\n\r\n');
    await until(() => requestLines().length === 1);
    expect(connections.open()).toBe(1);
    service.emulator.clock.advance(2_000);
    await until(() => connections.open() === 0);
    caller.socket.destroy();
  });

  it('is none where a gateway opened a connection ahead: that ends without an answer and a line', async () => {
    const caller = await openRawCaller(service.url);
    await until(() => caller.isClosed());
    expect([caller.received(), requestLines()]).toEqual(['', []]);
  });
});

// CWE-400, «slow read»: https://github.com/shekyan/slowhttptest/wiki
it('an answer that its caller does not read is given up after the time that a request has', async () => {
  const server = { keepAliveTimeoutMs: 50, headersTimeoutMs: 400, requestTimeoutMs: 500 };
  await using service = await startServiceUnderTest({ server });
  const connections = watchServerConnections(service.url);
  const fields = Array.from({ length: 2_000 }, (_, at) => `field.number${at}.${'x'.repeat(100)}`).join(',');
  service.emulator.jobs.put('prod', { id: 7, status: 'SUCCEEDED', fields });
  const caller = await openRawCaller(service.url);
  caller.socket.pause();
  await caller.send('GET /jobs/7 HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(100));
  await until(() => connections.open() === 0);
  await until(() => service.logLines().some(({ status, aborted }) => status === 200 && aborted === true));
  caller.socket.destroy();
  connections.stop();
});
