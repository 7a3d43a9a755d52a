import { constants, createSecureServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { makeCertificate, trust } from '../support/trusted-certificate.ts';

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;
const job = JSON.stringify({ id: 100, status: 'NEW' });
const body = { datasetId: 'd', allProfiles: true };

/** Where the server prefers HTTP/2, as Adobe's do, undici speaks it. */
describe('a create over HTTP/2', () => {
  let certificate: Awaited<ReturnType<typeof makeCertificate>>;
  let trusted: Disposable;
  beforeAll(async () => {
    certificate = await makeCertificate();
    trusted = trust(certificate.cert);
  });
  afterAll(() => trusted[Symbol.dispose]());

  async function start(answer: (stream: ServerHttp2Stream, count: number) => void) {
    let creates = 0;
    let open = 0;
    const server = createSecureServer(certificate);
    server.on('sessionError', () => {});
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      stream.on('error', () => {});
      open += 1;
      stream.on('close', () => {
        open -= 1;
      });
      stream.resume();
      if (headers[':method'] !== 'POST') return fine(stream);
      creates += 1;
      return answer(stream, creates);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const service = await startServiceUnderTest({
      env: { PLATFORM_URL: `https://localhost:${(server.address() as AddressInfo).port}` },
      platform: { mostRetries: 2 },
    });
    // So that the connection is there, and the first stream is not the create's.
    await service.send('GET', '/jobs/100');
    return {
      create: async () => {
        const call = service.send('POST', '/jobs', { body });
        return (await drive(service, call, { isBusy: () => open > 0 })).value;
      },
      creates: () => creates,
      logLines: () => service.logLines(),
      async [Symbol.asyncDispose]() {
        await service.stop();
        server.close();
      },
    };
  }

  function fine(stream: ServerHttp2Stream) {
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    stream.end(job);
  }

  it('is sent again after REFUSED_STREAM, which says that it was not processed (RFC 9113, 8.7)', async () => {
    await using under = await start((stream, count) =>
      count <= 3 ? stream.close(NGHTTP2_REFUSED_STREAM) : fine(stream),
    );
    expect((await under.create()).status).toBe(201);
    expect(under.creates()).toBe(4);
  });

  it('is no alarm when it is refused like that for good', async () => {
    await using under = await start((stream) => stream.close(NGHTTP2_REFUSED_STREAM));
    const answer = await under.create();
    expect(answer.body).toMatchObject({ code: 'platform-unreachable', retryable: true });
    expect(answer.body.detail).not.toContain('may have been started');
    expect(JSON.stringify(under.logLines())).toContain('it was refused unprocessed');
  });

  it('is sent again on a new connection when a GOAWAY leaves it out (RFC 9113, 6.8)', async () => {
    await using under = await start((stream, count) => {
      if (count > 1) return fine(stream);
      const { session, id = 0 } = stream;
      session?.goaway(NGHTTP2_NO_ERROR, id - 2);
      return undefined;
    });
    expect((await under.create()).status).toBe(201);
    expect(under.creates()).toBe(2);
  });

  it.each<[string, (stream: ServerHttp2Stream) => void]>([
    ['INTERNAL_ERROR', (stream) => stream.close(NGHTTP2_INTERNAL_ERROR)],
    ['CANCEL', (stream) => stream.close(NGHTTP2_CANCEL)],
    ['an end without an answer', (stream) => stream.close(NGHTTP2_NO_ERROR)],
    ['a connection that breaks', (stream) => stream.session?.destroy()],
    [
      'a GOAWAY that covers it',
      (stream) => {
        stream.session?.goaway(NGHTTP2_NO_ERROR, stream.id ?? 0);
        setImmediate(() => stream.session?.destroy());
      },
    ],
  ])('is sent once, and may have been carried out, after %s', async (_name, answer) => {
    await using under = await start(answer);
    const { body: problem } = await under.create();
    expect(problem.retryable).toBe(false);
    expect(problem.detail).toContain('may have been started');
    expect(under.creates()).toBe(1);
  });
});
