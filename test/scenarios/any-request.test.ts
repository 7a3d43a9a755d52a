import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { type AnyRequest, mark, request, toBytes } from '../support/any-request.ts';
import { checkAgainstOpenApi, checkAgainstOpenApiProblem } from '../support/openapi.ts';
import { type RawAnswer, sendRaw } from '../support/raw.ts';
import { type RecordingFront, sentToPlatform, startRecordingFront } from '../support/recording-front.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

/* A failure names its seed and its path: `fc.assert(…, { seed, path })` replays it. */

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
      const env = { PLATFORM_URL: front.url, CALLER_AUTH: auth };
      if (auth === 'none') return { env };
      // All come from one address, and none is known.
      return { env: { ...env, CALLERS_FILE: file }, limits: { failuresPerMinute: 100_000 } };
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
      expect(String(got['x-request-id']).toLowerCase()).toBe(answer.headers['x-request-id']);
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
      { numRuns: 800 },
    );
    // Otherwise this has tested nothing but refusals.
    const answered = auth === 'none' ? [200, 201, 202, 400, 403, 404, 405, 422] : [401];
    expect(answered.filter((status) => !statuses.has(status))).toEqual([]);
    expect(service.logLines().filter(({ code }) => code === 'internal-error')).toEqual([]);
    expect(service.logText()).not.toContain(mark);
  });
});
