import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKey } from '../../src/callers/api-key.ts';
import { permissions } from '../../src/callers/caller.ts';
import {
  type CallersFile,
  createCallersFile,
  entryOf,
  withBearer,
  withKey,
} from '../support/callers-file.ts';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const [reporting, second, everything, creator] = [createKey(), createKey(), createKey(), createKey()];
const [ended, endsToday] = [createKey(), createKey()];
/** With a sign of two bytes, of which a client sends the bytes. */
const own = 'made by another tool: \u00fc#1';

describe('callers with keys', () => {
  let file: CallersFile;
  let service: ServiceUnderTest;
  beforeEach(async () => {
    file = createCallersFile([
      entryOf('reporting', [reporting, second]),
      entryOf('everything', [everything], { permissions, sandboxes: ['dev', 'prod'] }),
      entryOf('creator', [creator], { permissions: ['jobs:create'], expires: '2026-01-02T00:00:00+01:00' }),
      entryOf('ended', [ended], { expires: '2025-12-31' }),
      entryOf('ends-today', [endsToday], { expires: '2026-01-01' }),
      entryOf('long', ['x'.repeat(512), 'y'.repeat(513), 'a.b.c']),
      { ...entryOf('own', []), keys: [`sha256:${createHash('sha256').update(own, 'utf8').digest('hex')}`] },
    ]);
    service = await startServiceUnderTest({ env: file.env });
  });
  afterEach(async () => {
    await service.stop();
    file[Symbol.dispose]();
  });

  it('is refused with two Authorization headers, of which a gateway may have looked at the other one', async () => {
    const caller = await openRawCaller(service.url);
    const lines = [reporting, 'other'].map((key) => `Authorization: Bearer ${key}`);
    await caller.send(['GET /jobs HTTP/1.1', 'host: localhost', ...lines, '', ''].join('\r\n'));
    await until(() => caller.statuses().length === 1);
    expect(caller.statuses()).toEqual([401]);
    caller.socket.destroy();
  });

  const codeOf = async (method: string, path: string, options: object) => {
    const { status, body } = await service.send(method, path, options);
    return status < 300 ? status : `${status} ${body.code}`;
  };
  const list = (options: object) => codeOf('GET', '/jobs', options);

  it('are let in by x-caller-key and by the bearer, with each of their keys', async () => {
    for (const key of [reporting, second]) {
      expect(await list(withKey(key))).toBe(200);
      expect(await list(withBearer(key))).toBe(200);
    }
    const names = service.logLines().map(({ caller }) => caller);
    expect(names).toEqual(Array(4).fill('reporting'));
  });

  it('are let in by x-caller-key whoever Authorization belongs to, and by nothing else where that is wrong', async () => {
    const headers = { 'x-caller-key': reporting, authorization: 'Basic dXNlcjpwYXNz' };
    expect(await list({ headers })).toBe(200);
    const wrong = { 'x-caller-key': 'wrong', authorization: `Bearer ${reporting}` };
    expect(await list({ headers: wrong })).toBe('401 not-authenticated');
  });

  it.each([
    ['none', {}],
    ['a wrong one', withKey(createKey())],
    ['a wrong one as the bearer', withBearer(createKey())],
    ['a right one cut off', withKey(reporting.slice(0, -1))],
    ['a right one and more', withKey(`${reporting}x`)],
    ['two in one', withKey(`${reporting}, ${second}`)],
    ['an empty one', withKey('')],
    ['one as Basic', { headers: { authorization: `Basic ${reporting}` } }],
    ['one without a scheme', { headers: { authorization: reporting } }],
    ['its hash', withKey(entryHash())],
    ['one in a cookie', { headers: { cookie: `x-caller-key=${reporting}` } }],
    ['one that is too long, though it is listed', withKey('y'.repeat(513))],
  ])('are refused with %s, before anything is asked of Adobe', async (_name, options) => {
    for (const [method, path] of [
      ['GET', '/jobs'],
      ['POST', '/jobs'],
      ['GET', '/jobs/100'],
      ['GET', '/jobs/100/events'],
      ['DELETE', '/jobs/100'],
    ] as const) {
      const { status, headers } = await service.send(method, path, options);
      expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer realm=/)]);
    }
    expect(service.emulator.requests.all()).toEqual([]);
    expect(await codeOf('GET', '/livez', options)).toBe(200);
  });

  function entryHash(): string {
    return String(Object(entryOf('reporting', [reporting])).keys[0]);
  }

  it('may have made their key themselves, of any signs that a header can have', async () => {
    expect(await list(withKey(Buffer.from(own).toString('latin1')))).toBe(200);
    expect(await list(withKey('x'.repeat(512)))).toBe(200);
    // Where tokens are not accepted, what looks like one is a key.
    expect(await list(withBearer('a.b.c'))).toBe(200);
  });

  it('get the same answer for an unknown key and for one that has ended, byte by byte; only the log tells', async () => {
    const answers: string[] = [];
    for (const key of [createKey(), ended, 'z', 'z'.repeat(600)]) {
      const caller = await openRawCaller(service.url);
      await caller.send(
        `GET /jobs HTTP/1.1\r\nhost: localhost\r\nx-request-id: same\r\nx-caller-key: ${key}\r\nconnection: close\r\n\r\n`,
      );
      await until(() => caller.isClosed());
      answers.push(caller.received().replace(/^date: .*$/im, ''));
    }
    expect(answers[0]).toContain('401 Unauthorized');
    expect(new Set(answers).size).toBe(1);
    const errors = service.logLines().map(({ error }) => error);
    expect(errors).toEqual([
      'The key is not valid here.',
      'The caller ended has expired: see `expires` in CALLERS_FILE.',
      'The key is not valid here.',
      'The key is not valid here.',
    ]);
  });

  it('are let in until their end: of a day in UTC, or the very moment', async () => {
    const create = () =>
      codeOf('POST', '/jobs', { ...withKey(creator), body: { datasetId: 'd', allProfiles: true } });
    service.emulator.clock.shiftWall(23 * 3_600_000 - 1);
    expect([await create(), await list(withKey(endsToday))]).toEqual([201, 200]);
    service.emulator.clock.shiftWall(1);
    expect([await create(), await list(withKey(endsToday))]).toEqual(['401 not-authenticated', 200]);
    service.emulator.clock.shiftWall(3_600_000 - 1);
    expect(await list(withKey(endsToday))).toBe(200);
    service.emulator.clock.shiftWall(1);
    expect(await list(withKey(endsToday))).toBe('401 not-authenticated');
  });

  it.each([
    ['GET', '/jobs', 'jobs:read', creator],
    ['GET', '/jobs/100', 'jobs:read', creator],
    ['GET', '/jobs/100/events', 'jobs:read', creator],
    ['POST', '/jobs', 'jobs:create', reporting],
    ['DELETE', '/jobs/100', 'jobs:cancel', reporting],
  ])('may not %s %s without %s, which the answer names', async (method, path, permission, key) => {
    const { status, body, headers } = await service.send(method, path, withKey(key));
    expect([status, body.code]).toEqual([403, 'permission-missing']);
    expect(body.detail).toContain(permission);
    expect(headers['www-authenticate']).toContain(`error="insufficient_scope", scope="${permission}"`);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('work in their own sandboxes, the first one unless they name another, and learn of no other', async () => {
    service.emulator.jobs.put('dev', { id: 7, status: 'SUCCEEDED' });
    const inSandbox = (key: string, sandbox: string) => ({
      headers: { 'x-caller-key': key, 'x-sandbox-name': sandbox },
    });
    expect(await codeOf('GET', '/jobs/7', withKey(everything))).toBe(200);
    expect(await codeOf('GET', '/jobs/7', inSandbox(everything, 'prod'))).toBe('404 job-not-found');
    // Without sandboxes of its own, a caller has the default one.
    expect(await codeOf('GET', '/jobs/7', withKey(reporting))).toBe('404 job-not-found');
    const texts = await Promise.all(
      ['dev', 'nowhere'].map(async (sandbox) => {
        const { status, text } = await service.send('GET', '/jobs/7', inSandbox(reporting, sandbox));
        expect(status).toBe(403);
        return text.replace(/"requestId":"[^"]+"/, '');
      }),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toContain('prod');
    expect(texts[0]).not.toContain('dev');
  });
});
