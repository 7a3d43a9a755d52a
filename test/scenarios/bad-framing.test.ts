import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const body = '{"datasetId":"d","allProfiles":true}';
const size = body.length.toString(16);
const post = (headers: string, rest: string) =>
  `POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${headers}\r\n\r\n${rest}`;
const chunked = (rest: string) => post('transfer-encoding: chunked', rest);
const coded = (coding: string) => post(`transfer-encoding: ${coding}`, `${size}\r\n${body}\r\n0\r\n\r\n`);
const sized = (length: string) => post(`content-length: ${length}`, body);
const get = (line: string, ...headers: string[]) => [line, ...headers, '', ''].join('\r\n');

describe('a request whose bytes can be read in two ways', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  // Whatever is refused here is refused before Adobe hears of it.
  afterEach(() => expect(service.emulator.requests.all()).toEqual([]));

  /** Read to its end, so each of these also says that the connection is closed. */
  async function expectProblem(text: string, status: number, code: string): Promise<void> {
    const answer = await sendRaw(service.url, text);
    expect([answer.status, answer.headers.connection]).toEqual([status, 'close']);
    const problem = JSON.parse(answer.body);
    expect(problem).toMatchObject({ status, code, owner: 'caller', retryable: false });
    expect(service.logLines().at(-1)).toMatchObject({
      msg: 'request',
      level: 'info',
      status,
      code,
      requestId: problem.requestId,
    });
  }

  // https://www.rfc-editor.org/rfc/rfc9112#section-7.1
  it.each([
    ['is no number', chunked(`zz\r\n${body}\r\n0\r\n\r\n`)],
    ['is negative', chunked(`-1\r\n${body}\r\n0\r\n\r\n`)],
    ['has a prefix', chunked(`0x${size}\r\n${body}\r\n0\r\n\r\n`)],
    ['is over 64 bits', chunked(`fffffffffffffffff\r\n${body}\r\n0\r\n\r\n`)],
    ['is too small', chunked(`20\r\n${body}\r\n0\r\n\r\n`)],
    ['is too large', chunked(`25\r\n${body}\r\n0\r\n\r\n`)],
    ['ends with a bare LF', chunked(`${size}\n${body}\r\n0\r\n\r\n`)],
    // Funky chunks, 2025: https://w4ke.info/2025/06/18/funky-chunks.html
    ['ends with a bare LF in its extension', chunked(`${size};a\n${body}\r\n0\r\n\r\n`)],
    ['has spaces after it', chunked(`${size} \r\n${body}\r\n0\r\n\r\n`)],
    ['is followed by data that ends with a bare LF', chunked(`${size}\r\n${body}\n0\r\n\r\n`)],
    ['is missing', chunked(`\r\n${body}\r\n0\r\n\r\n`)],
    // CVE-2024-22019: Node read extensions without a limit.
    ['has an extension without an end', chunked(`${size};a=${'b'.repeat(20_000)}\r\n${body}\r\n0\r\n\r\n`)],
    ['is followed by a trailer that is no header', chunked(`${size}\r\n${body}\r\n0\r\nno colon\r\n\r\n`)],
  ])('is refused with 400 where the size of a chunk %s', (_name, text) =>
    expectProblem(text, 400, 'unreadable-request'),
  );

  // https://www.rfc-editor.org/rfc/rfc9112#section-6.3
  it.each([
    'identity',
    'xchunked',
    'gzip',
    'chunked, gzip',
    'chunked, chunked',
    'chunked;q=1',
    '\x0bchunked',
    '"chunked"',
    ',',
    '',
  ])('is refused with 400 where its transfer coding is %j, so that nobody knows where it ends', (coding) =>
    expectProblem(coded(coding), 400, 'unreadable-request'),
  );

  it.each(['gzip, chunked', 'identity, chunked', 'GZIP,Chunked', 'gzip\r\ntransfer-encoding: chunked'])(
    'is refused with 501 where its transfer coding is %j, of which one is not implemented (RFC 9112, 6.1)',
    (coding) => expectProblem(coded(coding), 501, 'not-implemented'),
  );

  it.each([
    ['a length that differs', post('content-length: 36\r\ncontent-length: 37', body)],
    ['a list of lengths', sized('36, 36')],
    ['a sign in its length', sized('+36')],
    ['a negative length', sized('-1')],
    ['an empty length', sized('')],
    ['a length in hexadecimal', sized('0x24')],
    ['a length over 64 bits', sized('99999999999999999999999')],
    ['a length and chunks', post('content-length: 36\r\ntransfer-encoding: chunked', '0\r\n\r\n')],
    ['chunks in HTTP/1.0', coded('chunked').replace('HTTP/1.1', 'HTTP/1.0')],
  ])('is refused with 400 where it has %s', (_name, text) => expectProblem(text, 400, 'unreadable-request'));

  it.each([
    ['bare line feeds', 'GET /livez HTTP/1.1\nhost: localhost\n\n'],
    ['a bare LF after a header', 'GET /livez HTTP/1.1\r\nhost: localhost\nx: y\r\n\r\n'],
    ['a bare LF at its end', 'GET /livez HTTP/1.1\r\nhost: localhost\r\n\n'],
    ['a bare CR', 'GET /livez HTTP/1.1\rhost: localhost\r\n\r\n'],
    ['a folded header', get('GET /livez HTTP/1.1', 'host: localhost', 'x: y', ' z')],
    ['a space before a colon', get('GET /livez HTTP/1.1', 'host: localhost', 'x : y')],
    ['a NUL in a header', get('GET /livez HTTP/1.1', 'host: localhost', 'x: y\0z')],
    ['a method that nobody knows', get('FOO /livez HTTP/1.1', 'host: localhost')],
    ['a version that is not HTTP/1', get('GET /livez HTTP/2.0', 'host: localhost')],
    ['a version that does not exist', get('GET /livez HTTP/1.2', 'host: localhost')],
    ['no version, as in HTTP/0.9', 'GET /livez\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['the first bytes of TLS', '\x16\x03\x01\x00\xfa\x01\x00\x00\xf6\x03\x03\r\n\r\n'],
  ])('is refused with 400 where it has %s', (_name, text) => expectProblem(text, 400, 'unreadable-request'));

  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
  const manyHeaders = Array.from({ length: 1_200 }, (_, at) => `a${at}: b`);
  it.each([
    ['two Hosts', ['host: localhost', 'host: other.example']],
    ['the same Host twice', ['host: localhost', 'Host: localhost']],
    // Node leaves out what is beyond its limit of headers, unless it is told not to.
    ['another Host after a thousand headers', ['host: localhost', ...manyHeaders, 'host: other.example']],
    ['a Host with spaces', ['host: a b/@']],
    ['a Host with user information', ['host: user@localhost']],
    ['a Host with a path', ['host: localhost/jobs']],
    ['a list of Hosts', ['host: localhost, other.example']],
    ['a Host that is half an address', ['host: [::1']],
    ['a Host whose port is no number', ['host: localhost:http']],
    ['a Host outside of ASCII', ['host: k\xf6ln.example']],
    ['an empty Host', ['host:']],
  ])('is refused with 400 where it has %s', (_name, headers) =>
    expectProblem(get('GET /livez HTTP/1.1', ...headers), 400, 'unreadable-request'),
  );

  it.each(['localhost', 'localhost:3000', 'localhost:', '[::1]:3000', '127.0.0.1', 'a_b.example', 'a%20b'])(
    'is served where its Host is %s',
    async (host) => {
      const answer = await sendRaw(
        service.url,
        get('GET /livez HTTP/1.1', `host: ${host}`, 'connection: close'),
      );
      expect(answer.status).toBe(200);
    },
  );

  it('has 414 where its target is too long, and 431 where its headers are', async () => {
    const long = 'x'.repeat(20_000);
    await expectProblem(get(`GET /jobs?${long} HTTP/1.1`, 'host: localhost'), 414, 'target-too-long');
    await expectProblem(
      get('GET /jobs HTTP/1.1', `cookie: GET ${long}`, 'host: x'),
      431,
      'headers-too-large',
    );
  });
});
