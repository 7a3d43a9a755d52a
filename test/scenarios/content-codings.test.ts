import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { logged, newJob, notice } from '../support/creating.ts';
import { asksForList, listAnswer } from '../support/raw-list.ts';
import { httpAnswer, type RawAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const job = JSON.stringify({ id: 100, status: 'NEW', destination: { datasetId: 'dätäset' } });
const json = { 'content-type': 'application/json' };
const { gzipSync, deflateSync, deflateRawSync, brotliCompressSync, zstdCompressSync } = zlib;

async function start(answer: RawAnswer) {
  const platform = await startRawPlatform(answer);
  const service = await startServiceUnderTest({ env: { PLATFORM_URL: platform.url } });
  return {
    platform,
    service,
    async [Symbol.asyncDispose]() {
      await service.stop();
      await platform[Symbol.asyncDispose]();
    },
  };
}

/** Of a create, which comes after one read. */
const callsAfterRead = ({ platform }: { platform: { requests: readonly string[] } }) =>
  platform.requests.slice(1).map((head) => (asksForList(head) ? 'list' : head.split(' ')[0]));

const encoded = (coding: string | string[], body: Uint8Array | string, status = 200) =>
  httpAnswer(status, { ...json, 'content-encoding': coding }, body);

describe("the content coding of Platform's answers", () => {
  it('is asked to be none, as an answer without Accept-Encoding may have any (RFC 9110, 12.5.3)', async () => {
    await using under = await start(httpAnswer(200, json, job));
    await under.service.send('GET', '/jobs/100');
    expect(under.platform.requests[0]).toMatch(/\r\naccept-encoding: identity\r\n/i);
  });

  it.each<[string | string[], Uint8Array | string]>([
    ['gzip', gzipSync(job)],
    ['x-gzip', gzipSync(job)],
    ['GZip', gzipSync(job)],
    ['deflate', deflateSync(job)],
    // Bare, which RFC 9110, 8.4.1.2 warns of.
    ['deflate', deflateRawSync(job)],
    ['br', brotliCompressSync(job)],
    ['zstd', zstdCompressSync(job)],
    ['gzip, br', brotliCompressSync(gzipSync(job))],
    [['br', 'gzip'], gzipSync(brotliCompressSync(job))],
    ['identity', job],
    ['identity, gzip', gzipSync(job)],
    // A gzip of two members (RFC 1952, 2.2), as a server that flushes by file writes it.
    ['gzip', Buffer.concat([gzipSync(job.slice(0, 9)), gzipSync(job.slice(9))])],
    // Decoded on the way, with the header left as it was: https://github.com/projectdiscovery/httpx/pull/307
    ['gzip', job],
    // A charset where a coding belongs: https://github.com/apache/httpcomponents-client/pull/698
    ['UTF-8', job],
    // https://github.com/Kong/unirest-java/issues/56
    ['ISO-8859-1', job],
  ])('is taken off: %s', async (coding, body) => {
    await using under = await start(encoded(coding, body));
    const answer = await under.service.send('GET', '/jobs/100');
    expect([answer.status, answer.body.id, answer.body.datasetId]).toEqual([200, '100', 'dätäset']);
  });

  it('is taken off a create, whose id would be lost', async () => {
    await using under = await start(encoded('gzip', gzipSync(job)));
    const answer = await under.service.send('POST', '/jobs', { body: newJob });
    expect([answer.status, answer.body.id]).toEqual([201, '100']);
  });

  it('is taken off the refusal of a token, which is renewed', async () => {
    const refusal = JSON.stringify({ error_code: '401013', message: 'Oauth token is not valid' });
    await using under = await start((_socket, count) =>
      count === 1 ? encoded('gzip', gzipSync(refusal), 401) : httpAnswer(200, json, job),
    );
    expect((await under.service.send('GET', '/jobs/100')).status).toBe(200);
    expect(under.platform.requests).toHaveLength(2);
  });

  it('is taken off an error, whose sentence is for the caller', async () => {
    const refusal = JSON.stringify({ code: '400', message: 'no such dataset' });
    await using under = await start(encoded('br', brotliCompressSync(refusal), 400));
    const { body } = await under.service.send('POST', '/jobs', { body: newJob });
    expect(body).toMatchObject({ code: 'job-refused', upstream: { messages: ['no such dataset'] } });
  });

  it('of an empty body is nothing', async () => {
    await using under = await start('HTTP/1.1 204 No Content\r\ncontent-encoding: gzip\r\n\r\n');
    expect((await under.service.send('DELETE', '/jobs/100')).status).toBe(202);
  });
});

describe('a body that cannot be decoded', () => {
  const zeros = Buffer.alloc(20_000_000, ' ');

  it.each<[string, string, Uint8Array]>([
    ['a coding that nobody knows', 'snappy', Buffer.from(job)],
    ['LZW, which nobody has any more', 'compress', Buffer.from([0x1f, 0x9d, 0x90])],
    ['a name that every object has', 'constructor', Buffer.from(job)],
    ['six codings', 'gzip, gzip, gzip, gzip, gzip, gzip', gzipSync(job)],
    ['a gzip with a damaged byte', 'gzip', damaged(gzipSync(job))],
    ['rubbish', 'br', Buffer.from('not br')],
    ['one byte', 'deflate', Buffer.from([0x78])],
    ['20 MB in 20 kB', 'gzip', gzipSync(zeros)],
    ['20 MB in a gzip in a gzip', 'gzip, gzip', gzipSync(gzipSync(zeros))],
    ['20 MB in a few bytes', 'br', brotliCompressSync(zeros)],
    ['20 MB in a few bytes of zstd', 'zstd', zstdCompressSync(zeros)],
    // A window of 128 MB would be allocated for it (RFC 9659).
    ['a window over 8 MB', 'zstd', Buffer.from('28b52ffd0090010000', 'hex')],
  ])('is platform-malformed, and its create is sent once and looked for: %s', async (_name, coding, body) => {
    await using under = await start((_socket, _count, head) =>
      asksForList(head) ? listAnswer() : encoded(coding, body),
    );
    const read = await under.service.send('GET', '/jobs/100');
    expect(read.body).toMatchObject({ status: 502, code: 'platform-malformed' });
    const created = await under.service.send('POST', '/jobs', { body: newJob });
    expect(created.body).toMatchObject({ status: 504, code: 'create-not-confirmed', retryable: false });
    expect(created.body.detail).toContain(notice);
    expect(logged(under.service).error).toMatch(
      /^Platform answered create with .*; the list does not show it$/,
    );
    expect(callsAfterRead(under)).toEqual(['POST', 'list']);
  });

  it('is platform-malformed where it names the job all the same, which is asked for and not looked for', async () => {
    await using under = await start(encoded('gzip', gzipSync(job).subarray(0, 40)));
    const read = await under.service.send('GET', '/jobs/100');
    expect(read.body).toMatchObject({ status: 502, code: 'platform-malformed' });
    const created = await under.service.send('POST', '/jobs', { body: newJob });
    expect(created.body).toMatchObject({ code: 'platform-malformed', retryable: false });
    expect(created.headers.location).toBe('/jobs/100');
    expect(callsAfterRead(under)).toEqual(['POST', 'GET']);
  });

  it('leaves what the status says', async () => {
    await using under = await start(encoded('snappy', 'x', 429));
    const { body } = await under.service.send('POST', '/jobs', { body: newJob });
    expect(body).toMatchObject({ code: 'platform-throttled', retryable: true });
  });

  it('costs no more memory than the largest answer', async () => {
    const bomb = gzipSync(await promisify(zlib.gzip)(Buffer.alloc(200_000_000)));
    await using under = await start(encoded('gzip, gzip', bomb));
    await under.service.send('GET', '/jobs/1');
    const before = process.memoryUsage().arrayBuffers;
    await under.service.send('GET', '/jobs/1');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  });
});

describe('a body that ends too early', () => {
  it('leaves what the status says: a create that was throttled was not carried out', async () => {
    await using under = await start((socket) => {
      socket.end('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 100\r\n\r\n{"err');
      return undefined;
    });
    const { body } = await under.service.send('POST', '/jobs', { body: newJob });
    expect(body).toMatchObject({ code: 'platform-throttled', retryable: true });
  });
});

describe("the charset of Platform's answers", () => {
  it.each<[string, string, Uint8Array | string]>([
    ['a byte order mark', 'application/json', `\uFEFF${job}`],
    ['UTF-16 with its mark', 'application/json; charset=utf-16', utf16(`\uFEFF${job}`)],
    ['UTF-16 without one', 'application/json', utf16(job)],
    ['UTF-16, the large end first', 'application/json', utf16(job).swap16()],
    ['Latin 1, said', 'application/json;charset=ISO-8859-1', Buffer.from(job, 'latin1')],
    ['Latin 1, said in quotes', 'application/json; Charset="iso-8859-1"', Buffer.from(job, 'latin1')],
    // Many servers name Latin 1 by default, whatever they write.
    ['UTF-8 that says it is Latin 1', 'application/json;charset=ISO-8859-1', job],
  ])('is understood: %s', async (_name, type, body) => {
    await using under = await start(httpAnswer(200, { 'content-type': type }, body));
    const answer = await under.service.send('GET', '/jobs/100');
    expect([answer.status, answer.body.datasetId]).toEqual([200, 'dätäset']);
  });

  it('that nobody knows is read as UTF-8', async () => {
    await using under = await start(
      httpAnswer(200, { 'content-type': 'application/json; charset=klingon' }, Buffer.from(job, 'latin1')),
    );
    expect((await under.service.send('GET', '/jobs/100')).body.datasetId).toBe('d\uFFFDt\uFFFDset');
  });
});

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[20] = (copy[20] ?? 0) ^ 0xff;
  return copy;
}
