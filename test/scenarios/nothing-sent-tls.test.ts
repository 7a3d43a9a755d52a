import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { end, listening, reset } from '../support/bare-sockets.ts';
import { create, logged, newJob, notice } from '../support/creating.ts';
import { drive } from '../support/driving.ts';
import { httpAnswer, type RawAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { type CertificateOptions, makeCertificate, trust } from '../support/trusted-certificate.ts';

const retried = { mostRetries: 2, connectTimeoutMs: 300 };

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
    expect(logged(service).error).toMatch(new RegExp(`\\(${code}.*nothing was sent`));
    expect(logged(service).upstreamCalls).toBe(3);
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
    const sending = service.send('POST', '/jobs', { body: newJob });
    const { body: problem } =
      connectTimeoutMs < 1_000 ? await sending : (await drive(service, sending)).value;
    expect(problem).toMatchObject({ code: problemCode, retryable: true });
    expect(problem.detail).not.toContain(notice);
    expect(logged(service).error).toMatch(new RegExp(`\\(${code}\\); nothing was sent`));
  });
});

describe('a create that may have arrived', () => {
  // And how often the list is asked for where it is answered in the same way: what is no HTTP is not tried again.
  const noUsableAnswer: [string, RawAnswer, number][] = [
    ['the connection ends', (socket) => end(socket), 3],
    ['the connection is reset', reset, 3],
    ['half of an answer comes', (socket) => end(socket, 'HTTP/1.1 200 OK\r\ncontent-len'), 3],
    ['half of a body comes', (socket) => end(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'), 3],
    ['something that is not HTTP comes', 'SSH-2.0-OpenSSH_9.6\r\n', 1],
  ];
  const emptyList = httpAnswer(200, { 'content-type': 'application/json' }, '{"records":[],"_page":{}}');

  it.each([
    ...noUsableAnswer.map(([name, answer]) => ({ name, answer, list: emptyList, reads: 1 })),
    ...noUsableAnswer.map(([name, answer, reads]) => ({
      name: `${name}, to the list too`,
      answer,
      list: answer,
      reads,
    })),
  ])('is sent once, and says so: $name', async ({ answer, list, reads }) => {
    await using platform = await startRawPlatform((socket, count, head) => {
      const one = head.startsWith('POST') ? answer : list;
      return typeof one === 'function' ? one(socket, count, head) : one;
    });
    await using service = await startServiceUnderTest({
      env: { PLATFORM_URL: platform.url },
      platform: retried,
    });
    const { body: problem } = await create(service, platform);
    const code = list === emptyList ? 'create-not-confirmed' : 'create-outcome-unknown';
    expect(problem).toMatchObject({ status: 504, code, retryable: false });
    expect(problem.detail).toContain(notice);
    const methods = platform.requests.map((head) => head.split(' ')[0]);
    expect(methods).toEqual(['POST', ...Array(reads).fill('GET')]);
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
      const answer = await service.send('POST', '/jobs', { body: newJob });
      expect([answer.status, answer.body.id]).toEqual([201, String(count)]);
    }
  });
});
