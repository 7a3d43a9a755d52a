import { createServer as createHttpServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { end, join, listening, reset } from '../support/bare-sockets.ts';
import { create, logged, newJob, notice } from '../support/creating.ts';
import { drive, until } from '../support/driving.ts';
import { type RawAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { makeCertificate, trust } from '../support/trusted-certificate.ts';

const retried = { mostRetries: 2, connectTimeoutMs: 300 };

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
    const { error, all } = logged(under.service);
    expect(error).toContain(`nothing was sent: the proxy ${under.name} answered CONNECT with ${status}`);
    expect(all).not.toContain(secret);
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
    expect(logged(under.service).error).toContain(`through the proxy ${under.name}`);
  });

  it('that wants a password before it forwards in the clear was not carried out', async () => {
    const answer = 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n';
    await using under = await throughProxy(answer, 'http://platform.example.test');
    const { value } = await drive(under.service, under.service.send('POST', '/jobs', { body: newJob }));
    expect(value.body).toMatchObject({ retryable: true, owner: 'operator' });
    expect(logged(under.service).error).toContain(`the proxy ${under.name} answered 407`);
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
    const sending = service.send('POST', '/jobs', { body: newJob });
    await until(() => {
      // The distance to the second attempt; what then happens on the network needs no more time.
      if (asked === 1) service.emulator.clock.advance(10);
      return asked === 2;
    });
    expect((await sending).status).toBe(201);
    expect(service.emulator.requests.all('create')).toHaveLength(1);
  });
});
