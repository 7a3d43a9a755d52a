import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { Secret } from '../../../src/observability/secret.ts';
import type { Operation } from '../../../src/platform/call.ts';
import { createDispatcher } from '../../../src/platform/dispatcher.ts';
import { createSend } from '../../../src/platform/send.ts';
import { httpAnswer, type RawAnswer, startRawPlatform } from '../../support/raw-platform.ts';

const context = { sandbox: 'prod', requestId: 'r' };
const token = new Secret('a-token-of-ours');
const halfGzip = Buffer.from([0x1f, 0x8b, 0x08]);
const location = '/data/core/ups/export/jobs/7';

async function send(answer: RawAnswer, operation: Operation = 'create') {
  await using platform = await startRawPlatform(answer);
  const limits = { connections: 1, connectTimeoutMs: 5_000, headersTimeoutMs: 5_000, bodyTimeoutMs: 5_000 };
  const largestAnswerBytes = 1_000;
  const to = { ...limits, largestAnswerBytes, origin: platform.url, proxy: undefined };
  const dispatcher = createDispatcher(to);
  const one = createSend({
    dispatcher,
    origin: platform.url,
    apiKey: 'k',
    orgId: 'o@AdobeOrg',
    callTimeoutMs: 10_000,
    largestAnswerBytes,
    clock: createMovableClock(),
  });
  const body = operation === 'create' ? { body: '{}' } : {};
  const method = operation === 'create' ? 'POST' : 'GET';
  try {
    return await one({ operation, method, path: '/', ...body }, context, token);
  } finally {
    await dispatcher.destroy();
  }
}

describe('what is passed on of an answer', () => {
  it('is the headers that somebody reads, on success too, without our token in them', async () => {
    const headers = {
      'X-Location': [location, `/jobs/${token.reveal()}`],
      Location: location,
      'Retry-After': '7',
      'X-Request-Id': `r-${token.reveal()}`,
      'Content-Type': 'application/json',
      'Set-Cookie': 'a=b',
      Server: 'x',
    };
    expect((await send(httpAnswer(200, headers, '{}'))).headers).toEqual({
      'x-location': [location, '/jobs/[secret]'],
      location,
      'retry-after': '7',
      'x-request-id': 'r-[secret]',
      'content-type': 'application/json',
    });
  });

  it.each<[string, RawAnswer]>([
    ['breaks off', head(201, 'content-length: 9', '{')],
    ['is over the largest that is read', httpAnswer(201, { location }, 'x'.repeat(2_000))],
    ['does not decode', httpAnswer(201, { location, 'content-encoding': 'gzip' }, halfGzip)],
    ['has a coding that nobody knows', httpAnswer(202, { location, 'content-encoding': 'snappy' }, 'x')],
    ['has a broken chunk', head(200, 'transfer-encoding: chunked', 'zz\r\n')],
  ])('is the place of a job that was created, although the body %s', async (_name, answer) => {
    const { status, headers, text } = await send(answer);
    expect([Math.floor(status / 100), headers.location]).toEqual([2, location]);
    // Neither JSON nor an empty body, which both would say something.
    expect(text).toMatch(/^\(/);
  });

  it('is nothing of a read whose body breaks off, whatever its Location', async () => {
    await expect(send(head(200, 'content-length: 9', '{'), 'get')).rejects.toMatchObject({
      code: 'platform-unreachable',
    });
  });

  it.each([401, 403, 404, 429, 500, 503])(
    'is the status %i of an error whose body breaks off',
    async (status) => {
      expect((await send(head(status, 'content-length: 9', '{'))).status).toBe(status);
    },
  );
});

/** A head with a Location, then this, and the connection ends. */
function head(status: number, line: string, rest: string): RawAnswer {
  return (socket) => {
    socket.end(`HTTP/1.1 ${status} X\r\nlocation: ${location}\r\n${line}\r\n\r\n${rest}`);
    return undefined;
  };
}
