import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { create, notice } from '../support/creating.ts';
import { httpAnswer, type RawAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { startWithPolicy } from '../support/start-with-policy.ts';

const location = '/data/core/ups/export/jobs/4711';
const long = Array.from({ length: 500 }, (_, at) => (at * 7919) % 10_007);
const job = JSON.stringify({ id: 4711, status: 'NEW', long });
const idInside = '{"jobType":"BATCH","destination":{"id":"other"},"id":4711,"status":"NEW","pa';

const cutOff = (head: string, body: string | Uint8Array, status = '200 OK') =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n`), Buffer.from(body)]);
const declared = 'content-length: 90000';

/** What came of a create that was answered with these bytes, after which the connection ends. */
async function creating(bytes: string | Uint8Array, end: 'end' | 'reset' | 'stays' = 'end') {
  let posts = 0;
  const answer: RawAnswer = (socket, _count, head) => {
    if (!head.startsWith('POST')) return httpAnswer(200, {}, '{"id":4711,"status":"NEW"}');
    posts += 1;
    if (end === 'stays') return bytes;
    socket.write(bytes, () => setImmediate(() => (end === 'end' ? socket.end() : socket.resetAndDestroy())));
    return undefined;
  };
  await using platform = await startRawPlatform(answer);
  await using service = await startWithPolicy({}, { PLATFORM_URL: platform.url });
  const { status, body } = await create(service, platform);
  return { status, body, posts };
}

describe('a create whose answer breaks off', () => {
  it.each<[string, string | Uint8Array, 'end' | 'reset' | 'stays']>([
    ['with the connection', cutOff(declared, job.slice(0, 200)), 'end'],
    ['with a reset', cutOff(declared, job.slice(0, 200)), 'reset'],
    ['within a chunk', cutOff('transfer-encoding: chunked', `fff\r\n${job.slice(0, 200)}`), 'end'],
    [
      'at a chunk without a size',
      cutOff('transfer-encoding: chunked', `c8\r\n${job.slice(0, 200)}\r\nzz\r\n`),
      'stays',
    ],
    ['after all of the job', cutOff(declared, job), 'end'],
    ['with the id further on', cutOff(declared, idInside), 'end'],
    ['in gzip', cutOff(`content-encoding: gzip\r\n${declared}`, gzipSync(job).subarray(0, 400)), 'end'],
    [
      'in gzip that is framed well',
      httpAnswer(200, { 'content-encoding': 'gzip' }, gzipSync(job).subarray(0, 400)),
      'stays',
    ],
    [
      'in deflate',
      httpAnswer(200, { 'content-encoding': 'deflate' }, deflateSync(job).subarray(0, 400)),
      'stays',
    ],
    [
      'in br',
      httpAnswer(200, { 'content-encoding': 'br' }, brotliCompressSync(job).subarray(0, 400)),
      'stays',
    ],
    [
      'because it is too large',
      httpAnswer(200, {}, `${job.slice(0, -1)},"pad":"${'x'.repeat(6_000_000)}"}`),
      'stays',
    ],
  ])('is followed up where what came names the job: %s', async (_name, bytes, end) => {
    const { status, body, posts } = await creating(bytes, end);
    expect([status, body.id, posts]).toEqual([201, '4711', 1]);
  });

  it.each([
    ['in the digits of an id', '{"id":47'],
    ['after an id within something else', '{"mergePolicy":{"id":"99","version":1},"sta'],
    ['after an id of an error', '{"errorCode":"x","id":"99","mess'],
    ['before anything', ''],
  ])('says that it may have been started where nothing names the job: %s', async (_name, body) => {
    const answer = await creating(cutOff(declared, body));
    expect(answer.body).toMatchObject({ status: 504, code: 'create-outcome-unknown', retryable: false });
    expect(answer.body.detail).toContain(notice);
    expect(answer.posts).toBe(1);
  });
});

describe('a create that Platform sends elsewhere', () => {
  it.each([301, 307, 308])('was not carried out, and nobody is alarmed: %d', async (status) => {
    const elsewhere = { location: 'https://elsewhere.example/data/core/ups/export/jobs' };
    const { body, posts } = await creating(httpAnswer(status, elsewhere, ''), 'stays');
    expect(body).toMatchObject({ code: 'platform-misconfigured', owner: 'operator', retryable: false });
    expect(body.detail).not.toContain(notice);
    expect(posts).toBe(1);
  });
});

describe('a create that is answered with where its job is', () => {
  it('is not sent again with another token, whatever its body says of the first one', async () => {
    const refusal = JSON.stringify({ error_code: '401013', message: 'Oauth token is not valid' });
    const { status, body, posts } = await creating(
      httpAnswer(200, { 'X-Location': location }, refusal),
      'stays',
    );
    expect([status, body.id, posts]).toEqual([201, '4711', 1]);
  });

  it('is followed up by the header that names a job, where one of the same name does not', async () => {
    const { status, body } = await creating(httpAnswer(201, { Location: ['/', location] }, ''), 'stays');
    expect([status, body.id]).toEqual([201, '4711']);
  });
});
