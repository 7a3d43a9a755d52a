import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EmulatorUnderTest, jobsPath, startEmulatorUnderTest } from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
let rightHeaders: Record<string, string>;
beforeAll(async () => {
  adobe = await startEmulatorUnderTest();
  const { clientId, orgId } = adobe.emulator.credential;
  rightHeaders = {
    authorization: `Bearer ${adobe.emulator.tokens.issue(3_600_000)}`,
    'x-api-key': clientId,
    'x-gw-ims-org-id': orgId,
    'x-sandbox-name': 'prod',
  };
});
afterAll(() => adobe.emulator.close());

/** The answer to these bytes, read until the emulator closes; `isAll` says to it that no more will come. */
function exchange(bytes: Buffer, isAll = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(adobe.emulator.url).port), '127.0.0.1', () => {
      socket.write(bytes);
      if (isAll) socket.end();
    });
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', (error) =>
      ['ECONNRESET', 'EPIPE'].includes(Object(error).code) ? resolve(answer) : reject(error),
    );
    socket.on('close', () => resolve(answer));
  });
}

/** A status of ours, no page, no stack; and JSON is JSON. */
function expectClear(answer: string): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 [234]\d\d /);
  expect(answer).not.toMatch(/<html|<!DOCTYPE|\n {4}at |node_modules|text\/html/i);
  if (/^content-type: application\/(problem\+)?json/im.test(head) && body !== '') JSON.parse(body);
}

const paths = [
  '/ims/token/v2',
  '/ims/token/v3',
  '/ims/exchange/jwt',
  '/ims/exchange/jwt/',
  '/ims/validate_token/v1',
  '/ims/invalidate_token/v2',
  '/ims/organizations/v6',
  jobsPath,
  `${jobsPath}/101`,
  '/control/clock',
  '/control/sandboxes/prod/jobs',
  '/control/jobs/101',
  '/control/requests',
];
const types = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain; charset=wrong',
  'application/json; charset=utf-16',
  'nonsense',
  '',
];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

/** What a query or a form may hold: names that mean something, with values that may mean nothing. */
const names = [
  'limit',
  'offset',
  'status',
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'jwt_token',
  '__proto__',
];
const fields = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom(...names), fc.string()),
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('client_credentials', 'emulator-client', 'emulator-secret'),
    ),
  ),
  { maxLength: 6 },
);
const encodeFields = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join('=')).join('&');
/** Characters that a request line may hold, percent signs without digits among them. */
const rawQuery = fc.string({ unit: fc.constantFrom(...'abc019%&=+;,[]{}|\\^"<>/?:@-_~') });
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fields.map((pairs) => Buffer.from(encodeFields(pairs))),
  rawQuery.map((text) => Buffer.from(text)),
  fc
    .uint8Array({ maxLength: 100 })
    .map((bytes) =>
      Buffer.concat([
        Buffer.from('--x\r\nContent-Disposition: form-data; name="client_id"\r\n\r\n'),
        Buffer.from(bytes),
        Buffer.from('\r\n--x--\r\n'),
      ]),
    ),
);

describe('whatever is sent to the emulator', () => {
  it('is answered clearly: no 500, no page, no stack (any query, form, JSON and bytes)', async () => {
    const requests = fc.record({
      method: fc.constantFrom(...methods),
      path: fc.constantFrom(...paths),
      query: fc.oneof(fields.map(encodeFields), rawQuery),
      type: fc.constantFrom(...types),
      coding: fc.constantFrom('', '', '', 'gzip', 'br', 'x'),
      isAuthorized: fc.boolean(),
      body: bodies,
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, path, query, type, coding, isAuthorized, body }) => {
        const headers = Object.entries({
          host: 'localhost',
          connection: 'close',
          'content-length': String(body.length),
          ...(type && { 'content-type': type }),
          ...(coding && { 'content-encoding': coding }),
          ...(isAuthorized && rightHeaders),
        }).map(([name, value]) => `${name}: ${value}\r\n`);
        const head = `${method} ${path}?${query} HTTP/1.1\r\n${headers.join('')}\r\n`;
        expectClear(await exchange(Buffer.concat([Buffer.from(head), body])));
      }),
      { numRuns: 400 },
    );
  });

  it('is answered clearly on any path', async () => {
    const segment = fc.oneof(
      fc.constantFrom('ims', 'data', 'control', 'export', 'jobs', '..', '%2e%2e', '%', ''),
      rawQuery,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods),
        fc.array(segment, { maxLength: 6 }),
        async (method, parts) => {
          const target = `/${parts.join('/')}`;
          const head = `${method} ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`;
          expectClear(await exchange(Buffer.from(head)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is answered or closed on any bytes, and the emulator goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const answer = await exchange(Buffer.from(bytes), true);
        if (answer !== '') expectClear(answer);
      }),
      { numRuns: 100 },
    );
    expect((await adobe.ask('GET', '')).status).toBe(200);
  });
});
