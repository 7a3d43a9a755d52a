import { Agent } from 'node:https';
import { connect } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuthority, type Identity } from '../support/authority.ts';
import { until } from '../support/driving.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { askOverTls, openTlsCaller } from '../support/tls-caller.ts';

describe('the service, where it speaks TLS itself', () => {
  let server: Identity;
  let ca: string;
  beforeAll(async () => {
    const authority = await createAuthority();
    server = await authority.issue();
    ca = authority.cert;
  });

  let folder: Folder;
  let service: ServiceUnderTest;
  beforeEach(async () => {
    folder = createFolder();
    service = await startServiceUnderTest({
      env: {
        TLS_CERT_FILE: folder.write('server.pem', server.cert),
        TLS_KEY_FILE: folder.write('server.key', server.key),
      },
      stop: { deadlineMs: 20_000 },
    });
  });
  afterEach(async () => {
    await service.stop();
    folder[Symbol.dispose]();
  });

  const json = '{"datasetId":"d","allProfiles":true}';
  const head = (method: string, path: string, ...lines: string[]) =>
    [`${method} ${path} HTTP/1.1`, 'host: localhost', ...lines, '', ''].join('\r\n');
  const create = head('POST', '/jobs', 'content-type: application/json', `content-length: ${json.length}`);

  it('says https in its address, and asks browsers to stay with it', async () => {
    expect(service.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const { status, headers } = await askOverTls(service.url, '/jobs', { ca });
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{7,}/);
  });

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
      expect((await askOverTls(service.url, '/livez', { ca, version })).status).toBe(200);
    const old = { ca, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(openTlsCaller(service.url, old)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_SSL_|^ECONNRESET$/),
    });
    await until(() => service.logLines().some(({ msg }) => msg === 'TLS handshake failed'));
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'answers a caller that closes its side when its request is out: %s',
    async (version) => {
      service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'delay', ms: 5_000 } });
      const caller = await openTlsCaller(service.url, { ca, minVersion: version, maxVersion: version });
      caller.socket.end(create + json);
      await until(() => service.emulator.requests.all('create').length === 1);
      const other = await openTlsCaller(service.url, { ca });
      other.socket.end(head('GET', '/jobs') + head('GET', '/livez'));
      await until(() => other.isEnded());
      expect(other.statuses()).toEqual([200, 200]);
      service.emulator.clock.advance(5_000);
      await until(() => caller.isEnded());
      expect(caller.statuses()).toEqual([201]);
    },
  );

  it('cancels the read of a caller that hangs up', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const caller = await openTlsCaller(service.url, { ca });
    caller.socket.write(head('GET', '/jobs/100'));
    await until(() => service.emulator.requests.all('get').length === 1);
    caller.socket.destroy();
    await until(() => service.emulator.requests.open() === 0);
    await until(() => service.logLines().at(-1)?.code === 'request-abandoned');
  });

  it.each([
    ['what is not HTTP', 'nonsense\r\n\r\n', 400],
    ['a head that is too large', head('GET', '/jobs', `x: ${'x'.repeat(20_000)}`), 431],
    ['a body that is too large, unread', head('POST', '/jobs', 'content-length: 200000'), 413],
    ['CONNECT', head('CONNECT', 'localhost:1'), 405],
    ['a body that ends early', create + json.slice(0, -1), 400],
  ])('refuses %s with a problem, and closes', async (_name, text, status) => {
    const caller = await openTlsCaller(service.url, { ca });
    caller.socket.write(text);
    if (status === 400) caller.socket.end();
    await until(() => caller.isEnded());
    expect(caller.statuses()).toEqual([status === 413 ? 415 : status]);
    expect(caller.received()).toMatch(/"type":"\/problems\//);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('closes what speaks no TLS or breaks off in its beginning, and serves on', async () => {
    const texts = [head('GET', '/jobs'), '\u0016\u0003\u0001', '', 'x'.repeat(70_000)];
    await Promise.all(
      texts.map((text) => {
        const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
        socket.on('error', () => {});
        socket.end(text);
        return new Promise((resolve) => socket.on('close', resolve).resume());
      }),
    );
    expect((await askOverTls(service.url, '/livez', { ca })).status).toBe(200);
    expect(service.logLines()).toContainEqual(
      expect.objectContaining({ msg: 'TLS handshake failed', error: 'ERR_SSL_HTTP_REQUEST' }),
    );
    // Nothing is said in the clear where a request was expected in TLS, and nothing is logged as one.
    expect(service.logLines().filter(({ msg, code }) => msg === 'request' && code)).toEqual([]);
  });

  it('stops: answers what is under way, and waits for nobody who has asked for nothing', async () => {
    service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'delay', ms: 500 } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
    await askOverTls(service.url, '/livez', { agent });
    const asked = await openTlsCaller(service.url, { ca });
    asked.socket.write(create + json);
    const begun = await openTlsCaller(service.url, { ca });
    begun.socket.write(create + json.slice(1));
    const silent = await openTlsCaller(service.url, { ca });
    const handshake = connect(Number(new URL(service.url).port), '127.0.0.1');
    handshake.on('error', () => {}).write('\u0016');
    await until(() => service.emulator.requests.all('create').length === 1);
    await askOverTls(service.url, '/livez', { ca });

    let isStopped = false;
    const stopped = service.running.stop().then(() => {
      isStopped = true;
    });
    service.emulator.clock.advance(500);
    await until(() => asked.isEnded());
    expect(asked.statuses()).toEqual([201]);
    expect(asked.received()).toMatch(/connection: close/i);
    service.emulator.clock.advance(500);
    await until(() => [begun, silent].every((caller) => caller.isEnded()));
    expect([begun.statuses(), silent.statuses()]).toEqual([[503], []]);
    for (const { socket } of [asked, begun, silent]) socket.destroy();
    // Far from the deadline of 20 s.
    await until(() => isStopped);
    await stopped;
    agent.destroy();
    handshake.destroy();
  });

  it('says on open connections that they are the last while it stops', async () => {
    await service.stop();
    service = await startServiceUnderTest({
      env: {
        TLS_CERT_FILE: folder.write('server.pem', server.cert),
        TLS_KEY_FILE: folder.write('server.key', server.key),
      },
      stop: { keepServingMs: 5_000 },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
    expect((await askOverTls(service.url, '/jobs', { agent })).headers.connection).toBe('keep-alive');
    const stopped = service.running.stop();
    const { status, headers } = await askOverTls(service.url, '/jobs', { agent });
    expect([status, headers.connection]).toEqual([200, 'close']);
    service.emulator.clock.advance(5_000);
    await stopped;
    agent.destroy();
  });
});
