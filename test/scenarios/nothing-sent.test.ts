import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { drive, until } from '../support/driving.ts';
import { type RawAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { type CertificateOptions, makeCertificate, trust } from '../support/trusted-certificate.ts';

const body = { datasetId: 'd', allProfiles: true };
const retried = { mostRetries: 2, connectTimeoutMs: 300 };
const notice = 'may have been started';

/** Moves the clock from attempt to attempt: not while somebody is connected. */
async function create(service: ServiceUnderTest, server: { isConnected(): boolean }) {
  const call = service.send('POST', '/jobs', { body });
  return (await drive(service, call, { isBusy: server.isConnected })).value;
}

function problemOf(service: ServiceUnderTest) {
  const line = service.logLines().findLast(({ msg }) => msg === 'request');
  return { error: String(line?.error), log: JSON.stringify(service.logLines()) };
}

describe('a create that ends at the proxy', () => {
  const secret = 'other-secret';
  const platformUrl = 'https://platform.example.test';

  async function throughProxy(answer: RawAnswer, url = platformUrl) {
    const proxy = await startRawPlatform(answer);
    const name = new URL(proxy.url).host;
    const variable = url.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    const service = await startServiceUnderTest({
      env: {
        PLATFORM_URL: url,
        [variable]: `http://user:${secret}@${name}`,
        NO_PROXY: '127.0.0.1',
        ALLOW_INSECURE_UPSTREAM: 'true',
      },
      platform: retried,
    });
    return {
      proxy,
      service,
      name,
      async [Symbol.asyncDispose]() {
        await service.stop();
        await proxy[Symbol.asyncDispose]();
      },
    };
  }

  it.each([
    [503, 'platform'],
    [502, 'platform'],
    [500, 'platform'],
    [403, 'operator'],
    [407, 'operator'],
    // As some proxies do where they mean 407: https://github.com/erebe/wstunnel/issues/545
    [401, 'operator'],
    [302, 'platform'],
  ])('with %i was not sent: retried, no alarm, and the log names proxy and status', async (status, owner) => {
    await using under = await throughProxy(
      `HTTP/1.1 ${status} No\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>`,
    );
    const { body: problem } = await create(under.service, under.proxy);
    expect(problem).toMatchObject({ code: 'platform-unreachable', retryable: true, owner });
    expect(problem.detail).not.toContain(notice);
    expect(under.proxy.requests).toHaveLength(3);
    const { error, log } = problemOf(under.service);
    expect(error).toContain(`nothing was sent: the proxy ${under.name} answered CONNECT with ${status}`);
    expect(log).not.toContain(secret);
  });

  it.each<[string, RawAnswer]>([
    ['closes', (socket) => end(socket)],
    ['resets', reset],
    // undici once asked again and again: https://github.com/nodejs/undici/issues/3897
    ['answers half a line and closes', (socket) => end(socket, 'HTTP/1.')],
    ['answers something that is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['opens a tunnel and closes it', (socket) => end(socket, 'HTTP/1.1 200 Connection established\r\n\r\n')],
    ['opens a tunnel into rubbish', 'HTTP/1.1 200 OK\r\n\r\nThis is not TLS'],
    ['says nothing', () => undefined],
    ['opens a tunnel and says nothing', 'HTTP/1.1 200 OK\r\n\r\n'],
  ])('that %s was not sent, and the log names the proxy', async (_name, answer) => {
    await using under = await throughProxy(answer);
    const { body: problem } = await create(under.service, under.proxy);
    expect(problem.detail).not.toContain(notice);
    expect([problem.retryable, problem.code]).toEqual([
      true,
      expect.stringMatching(/^platform-(?:unreachable|timed-out|malformed)$/),
    ]);
    expect(problemOf(under.service).error).toContain(`through the proxy ${under.name}`);
  });

  it('that wants a password before it forwards in the clear was not carried out', async () => {
    const answer = 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n';
    await using under = await throughProxy(answer, 'http://platform.example.test');
    const { value } = await drive(under.service, under.service.send('POST', '/jobs', { body }));
    expect(value.body).toMatchObject({ retryable: true, owner: 'operator' });
    expect(problemOf(under.service).error).toContain(`the proxy ${under.name} answered 407`);
  });

  it('goes through when the proxy opens the tunnel at the second attempt, once', async () => {
    const certificate = await makeCertificate();
    using _trusted = trust(certificate.cert);
    let emulatorPort = 0;
    const front = createTlsServer(certificate, (socket) => join(socket, connect(emulatorPort, '127.0.0.1')));
    await using tls = await listening(front);
    let asked = 0;
    const proxy = createHttpServer().on('connect', (request, client: Socket) => {
      asked += 1;
      if (asked === 1) return client.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n');
      const onward = connect(Number(String(request.url).split(':')[1]), '127.0.0.1', () => {
        // 204 opens a tunnel as 200 does: RFC 9110, 9.3.6.
        client.write('HTTP/1.1 204 Connection established\r\n\r\n');
        join(client, onward);
      });
      return onward;
    });
    await using listener = await listening(proxy);
    await using service = await startServiceUnderTest({
      env: {
        PLATFORM_URL: `https://localhost:${tls.port}`,
        HTTPS_PROXY: `http://127.0.0.1:${listener.port}`,
      },
      platform: { ...retried, connectTimeoutMs: 5_000 },
    });
    emulatorPort = Number(new URL(service.emulator.url).port);
    const sending = service.send('POST', '/jobs', { body });
    await until(() => {
      // The distance to the second attempt; what then happens on the network needs no more time.
      if (asked === 1) service.emulator.clock.advance(10);
      return asked === 2;
    });
    expect((await sending).status).toBe(201);
    expect(service.emulator.requests.all('create')).toHaveLength(1);
  });
});

describe('a create that ends before TLS is agreed on', () => {
  const speakTls = async (options: CertificateOptions & TlsOptions = {}, isTrusted = true) => {
    const certificate = await makeCertificate(options);
    const server = createTlsServer({ ...options, ...certificate }, (socket) => socket.on('error', () => {}));
    return { server, trusted: isTrusted ? [certificate.cert] : [] };
  };
  const plain = (answer: (socket: Socket) => void) => async () => ({
    server: createServer((socket) => socket.on('error', () => {}).once('data', () => answer(socket))),
    trusted: [],
  });

  it.each<[string, () => Promise<{ server: Server; trusted: string[] }>, string]>([
    ['a certificate that nobody vouches for', () => speakTls({}, false), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ["somebody else's certificate", () => speakTls({ name: 'else.test' }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an expired one', () => speakTls({ notAfterDate: new Date('2021-01-01') }), 'CERT_HAS_EXPIRED'],
    ['no version in common', () => speakTls({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }), 'ERR_SSL'],
    ['no protocol in common', () => speakTls({ ALPNProtocols: ['spdy/3'] }), 'ERR_SSL'],
    ['HTTP in the clear', plain((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')), 'ERR_SSL'],
    ['a reset within the handshake', plain((socket) => socket.resetAndDestroy()), 'ECONNRESET'],
    ['an end within the handshake', plain((socket) => socket.end()), 'ECONNRESET'],
  ])('was not sent: %s', async (_name, make, code) => {
    const { server, trusted } = await make();
    await using listener = await listening(server);
    using _trusted = trust(...trusted);
    await using service = await startServiceUnderTest({
      env: { PLATFORM_URL: `https://localhost:${listener.port}` },
      platform: { ...retried, connectTimeoutMs: 5_000 },
    });
    const { body: problem } = await create(service, listener);
    expect(problem).toMatchObject({ code: 'platform-unreachable', retryable: true });
    expect(problem.detail).not.toContain(notice);
    expect(problemOf(service).error).toMatch(new RegExp(`\\(${code}.*nothing was sent`));
    expect(service.logLines().findLast(({ msg }) => msg === 'request')).toMatchObject({ upstreamCalls: 3 });
  });
});

describe('a create whose connection takes too long', () => {
  it.each([
    ['by the time-out of the connection', 300, 'UND_ERR_CONNECT_TIMEOUT', 'platform-unreachable'],
    ['by the deadline of the call', 60_000, 'UND_ERR_ABORTED', 'platform-timed-out'],
  ])('was not sent: %s', async (_name, connectTimeoutMs, code, problemCode) => {
    await using listener = await listening(createServer());
    await using service = await startServiceUnderTest({
      env: { PLATFORM_URL: `https://localhost:${listener.port}` },
      platform: { connectTimeoutMs },
    });
    const sending = service.send('POST', '/jobs', { body });
    const { body: problem } =
      connectTimeoutMs < 1_000 ? await sending : (await drive(service, sending)).value;
    expect(problem).toMatchObject({ code: problemCode, retryable: true });
    expect(problem.detail).not.toContain(notice);
    expect(problemOf(service).error).toMatch(new RegExp(`\\(${code}\\); nothing was sent`));
  });
});

describe('a create that may have arrived', () => {
  it.each<[string, RawAnswer]>([
    ['the connection ends', (socket) => end(socket)],
    ['the connection is reset', reset],
    ['half of an answer comes', (socket) => end(socket, 'HTTP/1.1 200 OK\r\ncontent-len')],
    ['half of a body comes', (socket) => end(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{')],
    ['something that is not HTTP comes', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('is sent once, and says so: %s', async (_name, answer) => {
    await using platform = await startRawPlatform(answer);
    await using service = await startServiceUnderTest({
      env: { PLATFORM_URL: platform.url },
      platform: retried,
    });
    const { body: problem } = await create(service, platform);
    expect(problem.retryable).toBe(false);
    expect(problem.detail).toContain(notice);
    expect(platform.requests).toHaveLength(1);
  });

  it('is not one that went out on a connection which had ended before', async () => {
    await using platform = await startRawPlatform((socket, count) => {
      // The connection is kept, and then ends: a balancer whose idle time is shorter than ours.
      setImmediate(() => socket.end());
      const id = JSON.stringify({ id: count, status: 'NEW' });
      return `HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: ${id.length}\r\n\r\n${id}`;
    });
    await using service = await startServiceUnderTest({
      env: { PLATFORM_URL: platform.url },
      platform: retried,
    });
    for (let count = 1; count <= 5; count += 1) {
      const answer = await service.send('POST', '/jobs', { body });
      expect([answer.status, answer.body.id]).toEqual([201, String(count)]);
    }
  });
});

function end(socket: Socket, last = ''): undefined {
  socket.end(last);
}

function reset(socket: Socket): undefined {
  socket.resetAndDestroy();
}

function join(one: Socket, other: Socket): void {
  for (const socket of [one, other]) socket.on('error', () => socket.destroy());
  one.pipe(other).pipe(one);
}

async function listening(
  server: Server,
): Promise<AsyncDisposable & { port: number; isConnected(): boolean }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    isConnected: () => sockets.size > 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
