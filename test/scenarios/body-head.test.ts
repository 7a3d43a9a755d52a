import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const job = '{"datasetId":"d","segments":["ä"]}';

describe('what the head of a create says of its body', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.emulator.requests.clear());

  async function post(headers: Readonly<Record<string, string>>, body: Uint8Array | string = job) {
    const answer = await fetch(`${service.url}/jobs`, { method: 'POST', headers, body: Buffer.from(body) });
    return { status: answer.status, body: Object(await answer.json()) };
  }
  const creates = () => service.emulator.requests.all('create').length;

  it.each([
    'application/json; charset=utf8',
    'application/json; charset=UTF8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; Charset="UTF8"; q=1',
    // All labels of https://encoding.spec.whatwg.org/#names-and-labels are the same encoding.
    'application/json; charset=unicode-1-1-utf-8',
    'Application/JSON',
    'application/json;',
    'application/json; charset=',
    'application/json; profile="a; charset=iso-8859-1"',
    // https://github.com/expressjs/body-parser/issues/474
    'application/json; utf-8',
  ])('%s is JSON in UTF-8', async (type) => {
    expect((await post({ 'content-type': type })).status).toBe(201);
  });

  it.each([
    'application/json; charset=iso-8859-1',
    'application/json; charset=us-ascii',
    'application/json; charset=utf-16',
    'application/json; charset=utf-16le',
    'application/json; charset=""',
    // https://github.com/expressjs/body-parser/issues/440: everything that began with `utf-` was taken.
    'application/json; charset=utf-7',
    'application/json; charset=utf-hack',
    'application/merge-patch+json',
    'application/vnd.api+json',
    'application/json-seq',
    'application/jsonx',
    'application/json, application/json',
    'text/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    '*/*',
    'json',
  ])('%s is refused with 415', async (type) => {
    expect((await post({ 'content-type': type })).body).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
      owner: 'caller',
    });
    expect(creates()).toBe(0);
  });

  it.each([
    ['gzip', gzipSync(job)],
    ['x-gzip', gzipSync(job)],
    ['GZIP', gzipSync(job)],
    ['deflate', deflateSync(job)],
    ['br', brotliCompressSync(job)],
    ['zstd', zstdCompressSync(job)],
    ['identity', Buffer.from(job)],
  ])('a body in %s is read', async (coding, body) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    expect((await post(headers, body)).status).toBe(201);
  });

  it.each([
    'compress',
    'gzip, br',
    'constructor',
    // https://github.com/expressjs/body-parser/issues/253 and /108
    'utf-8',
    'gzip, deflate',
  ])('a body in %s is refused with 415', async (coding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    expect((await post(headers, gzipSync(job))).body).toMatchObject({
      status: 415,
      code: 'unsupported-media-type',
    });
  });

  it.each([
    ['gzip', gzipSync(job).subarray(0, -9)],
    ['br', Buffer.from(job)],
    ['deflate', gzipSync(job)],
  ])('a body that is no %s, or only a part of it, is refused with 400', async (coding, body) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    expect((await post(headers, body)).body).toMatchObject({ status: 400, code: 'unreadable-body' });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(60_000_000, 32), { level: 9 })],
    ['br', brotliCompressSync(Buffer.alloc(60_000_000, 32))],
    ['zstd', zstdCompressSync(Buffer.alloc(60_000_000, 32))],
  ])(
    'a body in %s that has more than 100 kB once it is decoded is refused with 413',
    async (coding, body) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': coding };
      expect(body.length).toBeLessThan(100_000);
      expect((await post(headers, body)).body).toMatchObject({ status: 413, code: 'body-too-large' });
    },
  );

  it('a byte order mark is passed over (RFC 8259, 8.1)', async () => {
    const answer = await post({ 'content-type': 'application/json' }, `\ufeff${job}`);
    expect(answer.status).toBe(201);
    expect(answer.body.segments).toEqual([{ id: 'ä' }]);
  });

  it.each([
    ['UTF-16 with a mark', Buffer.from(`\ufeff${job}`, 'utf16le')],
    ['UTF-16 without one', Buffer.from(job, 'utf16le')],
    ['Latin-1', Buffer.from(job, 'latin1')],
    // An overlong slash and half of a surrogate pair: RFC 3629, 3 and 10.
    ['overlong forms', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['surrogates', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['no bytes', Buffer.alloc(0)],
    ['blanks', Buffer.from(' \r\n')],
  ])('bytes that are %s are refused with 400, whatever the head says', async (_name, body) => {
    expect((await post({ 'content-type': 'application/json; charset=utf-8' }, body)).body).toMatchObject({
      status: 400,
      code: 'unreadable-body',
    });
  });

  it('exactly 100 kB are read, and a byte more is refused', async () => {
    const fill = (length: number) => job + ' '.repeat(length - Buffer.byteLength(job));
    expect((await post({ 'content-type': 'application/json' }, fill(100_000))).status).toBe(201);
    expect((await post({ 'content-type': 'application/json' }, fill(100_001))).status).toBe(413);
  });

  it('a create of HTTP/1.0 is read too', async () => {
    const head = `POST /jobs HTTP/1.0\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(job)}\r\n\r\n`;
    expect((await sendRaw(service.url, head + job)).status).toBe(201);
  });
});
