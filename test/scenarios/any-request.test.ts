import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { adobesForm, oursForm } from '../support/any-job.ts';
import { checkAgainstOpenApi, checkAgainstOpenApiProblem } from '../support/openapi.ts';
import { type RawAnswer, sendRaw } from '../support/raw.ts';
import { type RecordingFront, sentToPlatform, startRecordingFront } from '../support/recording-front.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

/* A failure names its seed and its path: `fc.assert(…, { seed, path })` replays it. */

/** Stands in every header that a caller sends, and must be seen nowhere else. It is no request id. */
const mark = 'canary~caller';

const targetCharacter = fc.oneof(
  fc.constantFrom(...'/.?#&=%;:@\\_-~+7a'),
  fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
);
const free = fc.string({ unit: targetCharacter, maxLength: 20 });
const id = fc.oneof(
  fc.constantFrom('7', '100', '404', 'a_-b', '7/', '..', '.', '%2e%2e', '..%2f..', '%2F', '%00', '7%20'),
  fc.constantFrom(
    '7?limit=1',
    '7#x',
    '%',
    '%zz',
    '7;a',
    '\\..\\',
    '//',
    '7%0d%0ax:y',
    '%e2%80%a8',
    'x'.repeat(129),
  ),
  free,
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'limit',
        'offset',
        'status',
        'sandbox',
        'lastEventId',
        'x',
        '__proto__',
        'sort',
        'property',
      ),
      fc.oneof(
        fc.constantFrom('1', '25', '1000', '0', 'NEW', 'SUCCEEDED', 'prod', 'dev', '1538573416687_722', ''),
        fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
        free,
      ),
    ),
    { maxLength: 3 },
  )
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`));
const target = fc
  .tuple(
    fc.constantFrom('/jobs', '/jobs/', '/JOBS', '/jobs//', '/jobs/../jobs', 'http://localhost/jobs'),
    fc.oneof(
      fc.constant(''),
      id.map((one) => `/${one}`),
    ),
    fc.constantFrom('', '', '', '/events', '/', '/x'),
    query,
  )
  .map((parts) => parts.join(''));

const headerText = fc
  .string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  })
  .map((text) => `${mark} ${text}`);
const credential = fc.constantFrom(
  ...[
    `Bearer ${mark}`,
    `bearer   ${mark}==`,
    `Basic ${mark}`,
    'Bearer',
    'Bearer  ',
    `Bearer ${mark} ${mark}`,
  ],
  ...[
    `Bearer eyJhbGciOiJub25lIn0.${mark}.`,
    `Bearer ${mark},Bearer ${mark}`,
    `DPoP ${mark}`,
    mark.repeat(500),
  ],
);
/** Headers that say who somebody is, where a request came from, or what Platform reads itself. */
const headerNames = [
  ...['authorization', 'x-caller-key', 'proxy-authorization', 'cookie', 'x-sandbox-name', 'x-request-id'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'forwarded', 'via'],
  ...['x-forwarded-client-cert', 'x-api-key', 'x-gw-ims-org-id', 'x-profile-instance-id', 'x-real-ip'],
  ...['accept', 'user-agent', 'referer', 'traceparent', 'x-original-url', 'x-http-method-override'],
];
const header = fc.oneof(
  fc.tuple(fc.constantFrom(...headerNames), fc.oneof(headerText, credential)),
  fc.tuple(fc.constant('x-sandbox-name'), fc.constantFrom('prod', 'dev', 'Prod', 'prod,dev', '', 'prod ')),
);
const headers = fc.array(header, { maxLength: 5 });

const body = fc.oneof(
  oursForm.map((job) => JSON.stringify(job)),
  adobesForm.map((job) => JSON.stringify(job)),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '{"datasetId":"d","allProfiles":true}', '{"__proto__":{"allProfiles":true}}'),
);
const type = fc.constantFrom(
  'application/json',
  'application/json',
  'application/json;charset=utf-8',
  'text/plain',
  '',
);
const method = fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND');
const anyRequest = fc.record({ method, target, headers, body, type });
/** As above, but for the right path, so that it comes further. */
const change = fc.record({
  method: fc.constantFrom('POST', 'DELETE'),
  headers,
  body: fc.oneof(body, fc.constant('{"datasetId":"d","allProfiles":true}')),
  type,
});
const request = fc.oneof(
  anyRequest,
  change.map((one) => ({ ...one, target: one.method === 'POST' ? '/jobs' : '/jobs/8' })),
);
type AnyRequest = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

function toBytes(one: AnyRequest): string {
  const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(one.method);
  const bytes = hasBody ? Buffer.from(one.body.toWellFormed()) : Buffer.alloc(0);
  const own = ['host: localhost', 'connection: close'];
  if (hasBody) own.push(`content-length: ${bytes.length}`, `content-type: ${one.type}`);
  const lines = [...own, ...one.headers.map(([name, value]) => `${name}: ${value}`)];
  return `${one.method} ${one.target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${bytes.toString('latin1')}`;
}

/** As supertest gives it, for the check against the document. */
function toResponse({ status, headers: got, body: text }: RawAnswer): Response {
  const mediaType = String(got['content-type'] ?? '').split(';')[0] ?? '';
  const parsed = mediaType.endsWith('json') && text !== '' ? JSON.parse(text) : {};
  return Object.assign(Object.create(null), { status, headers: got, text, type: mediaType, body: parsed });
}

/** A path of Platform's export jobs as we write it: nothing that anybody could read as another one. */
const exportJobs = /^\/data\/core\/ups\/export\/jobs(?:\/[A-Za-z0-9_-]{1,128})?(?:\?[A-Za-z0-9=&%._*+-]*)?$/;

describe.each([
  ['nobody has to say who it is', 'none'],
  ['callers have keys', 'api-key'],
])('any request about jobs, where %s', (_name, auth) => {
  let service: ServiceUnderTest;
  let front: RecordingFront;
  const folder = mkdtempSync(join(tmpdir(), 'callers-'));
  beforeAll(async () => {
    const file = join(folder, 'callers.json');
    const keys = [`sha256:${createHash('sha256').update('a key that nobody brings').digest('hex')}`];
    const caller = { name: 'reports', keys, permissions: ['jobs:read'], sandboxes: ['prod'] };
    writeFileSync(file, JSON.stringify({ callers: [caller] }));
    front = await startRecordingFront();
    service = await startServiceUnderTest((emulator) => {
      front.leadTo(emulator.url);
      return { env: { PLATFORM_URL: front.url, CALLER_AUTH: auth, CALLERS_FILE: file } };
    });
    putJob(service, { status: 'SUCCEEDED' });
    // Not one of those that are followed, which would not end.
    putJob(service, { id: 8 });
  });
  afterAll(async () => {
    await service.stop();
    await front[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** All that may have come of one request. */
  function checkUpstream({ method: asked }: AnyRequest, answer: RawAnswer): void {
    const { clientId, orgId, sandboxes } = service.emulator.credential;
    if (auth !== 'none') expect(front.seen).toEqual([]);
    for (const { method: sent, target: path, headers: got } of front.seen) {
      expect([asked === 'HEAD' ? 'GET' : asked, 'GET']).toContain(sent);
      expect(path).toMatch(exportJobs);
      const { searchParams, pathname } = new URL(path, front.url);
      expect(path.split('?')[0]).toBe(pathname);
      expect([...searchParams.keys()].filter((name) => !platformParameters.has(name))).toEqual([]);
      expect(Object.keys(got).filter((name) => !sentToPlatform.has(name))).toEqual([]);
      expect(got).toMatchObject({ 'x-api-key': clientId, 'x-gw-ims-org-id': orgId });
      expect(service.emulator.tokens.issued().map((token) => `Bearer ${token}`)).toContain(got.authorization);
      expect(sandboxes).toContain(got['x-sandbox-name']);
      expect(got['x-request-id']).toBe(answer.headers['x-request-id']);
      expect(JSON.stringify(got)).not.toContain(mark);
    }
    expect(front.seen.length).toBeLessThanOrEqual(2);
  }
  const platformParameters = new Set(['limit', 'offset', 'status', 'sort', 'property']);

  it('is answered as documented, without a 500, and shows Platform nothing but our own URLs and headers', async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        front.seen.length = 0;
        const answer = await sendRaw(service.url, toBytes(one));
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expect(answer.status).not.toBe(500);
        const path = one.target
          .replace(/^http:\/\/localhost/, '')
          // Which the document does not name, and Express takes.
          .replace(/\/(?=$|\?)/, '');
        if (answer.status === 401) expect(answer.headers['www-authenticate']).toMatch(/^bearer realm=/);
        if (answer.status === 401 && one.method !== 'HEAD')
          checkAgainstOpenApiProblem(401, JSON.parse(answer.body));
        else if (one.method !== 'HEAD') checkAgainstOpenApi(one.method, path, toResponse(answer));
        expect(`${JSON.stringify(answer.headers)}${answer.body}`).not.toContain(mark);
        checkUpstream(one, answer);
      }),
      { numRuns: 600 },
    );
    // Otherwise this has tested nothing but refusals.
    const answered = auth === 'none' ? [200, 201, 202, 400, 403, 404, 405, 422] : [401];
    expect(answered.filter((status) => !statuses.has(status))).toEqual([]);
    expect(service.logLines().filter(({ code }) => code === 'internal-error')).toEqual([]);
    expect(service.logText()).not.toContain(mark);
  });
});
