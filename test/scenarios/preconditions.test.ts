import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive, until } from '../support/driving.ts';
import { json } from '../support/failing.ts';
import { startKeeping } from '../support/keeping.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

let service: ServiceUnderTest;
let tag: string;
beforeEach(async () => {
  service = await startKeeping();
  service.emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
  tag = String((await service.send('GET', '/jobs/100')).headers.etag).replaceAll('"', '');
  service.emulator.requests.clear();
});
afterEach(() => service.stop());

const send = (method: string, path: string, headers: Record<string, string>, body?: object) =>
  service.send(method, path, { headers, ...(body && { body }) });
const calls = (route: 'get' | 'cancel' | 'create' | 'list') => service.emulator.requests.all(route).length;
const named = (text: string) => text.replaceAll('T', tag);
const change = () => service.emulator.jobs.put('prod', { id: 100, status: 'SUCCEEDED' });

const failing = [
  [{ 'if-match': '"stale"' }],
  [{ 'if-match': 'W/"T"' }],
  [{ 'if-match': 'W/"T-gzip"' }],
  [{ 'if-match': '"a", W/"T"' }],
  [{ 'if-match': 'T' }],
  [{ 'if-match': '"*"' }],
  [{ 'if-match': '' }],
  // If-Match is judged first (RFC 9110, 13.2.2).
  [{ 'if-match': '"stale"', 'if-none-match': '"T"' }],
] as const;
const passing = [
  [{ 'if-match': '"T"' }],
  [{ 'if-match': '"T-gzip"' }],
  [{ 'if-match': '"stale", "T"' }],
  [{ 'if-match': '*' }],
  [{ 'if-none-match': '"stale"' }],
  // No resource here has a modification date (RFC 9110, 13.1.4).
  [{ 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }],
  [{ 'if-match': '"T"', 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }],
  [{ 'if-modified-since': 'Fri, 31 Dec 9999 23:59:59 GMT' }],
] as const;
const filled = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, named(value)]));

describe('a cancel with a condition', () => {
  it.each([...failing, [{ 'if-none-match': '*' }], [{ 'if-none-match': 'W/"T"' }]])(
    'is refused by %j, and nothing is cancelled',
    async (headers) => {
      const { status, body } = await send('DELETE', '/jobs/100', filled(headers));
      expect([status, body.code, body.owner, body.retryable]).toEqual([
        412,
        'precondition-failed',
        'caller',
        false,
      ]);
      expect(calls('cancel')).toBe(0);
    },
  );

  it.each(passing)('is let through by %j', async (headers) => {
    service.emulator.misbehaviours.add({ route: 'cancel', how: json(200, { status: true }) });
    expect((await send('DELETE', '/jobs/100', filled(headers))).status).toBe(202);
    expect(calls('cancel')).toBe(1);
  });

  it('is judged by the present state, which is read where none is fresh', async () => {
    change();
    service.emulator.clock.advance(2_000);
    expect((await send('DELETE', '/jobs/100', { 'if-match': named('"T"') })).status).toBe(412);
    expect([calls('get'), calls('cancel')]).toEqual([1, 0]);
  });

  it('costs no read before it for the star: Platform itself says whether there is such a job', async () => {
    service.emulator.clock.advance(2_000);
    service.emulator.misbehaviours.add({ route: 'cancel', how: json(200, { status: true }) });
    expect((await send('DELETE', '/jobs/100', { 'if-match': '*' })).status).toBe(202);
    const routes = service.emulator.requests.all().map(({ route }) => route);
    expect(routes).toEqual(['cancel', 'get']);
  });

  // RFC 9110, 13.2.1: a condition is ignored where the answer without it would be another error.
  it.each(['*', '"any"'])('of a job that does not exist is 404 with If-Match: %s', async (match) => {
    const { status, body } = await send('DELETE', '/jobs/999', { 'if-match': match });
    expect([status, body.code]).toEqual([404, 'job-not-found']);
  });

  it('is not judged by a stale state: where the present one cannot be read, that is the answer', async () => {
    service.emulator.clock.advance(2_000);
    service.emulator.misbehaviours.add({ route: 'get', how: json(503, {}) });
    const { status, body } = await send('DELETE', '/jobs/100', { 'if-match': named('"T"') });
    expect([status, body.code]).toEqual([502, 'platform-failed']);
    expect(calls('cancel')).toBe(0);
  });

  it('has one deadline for the read and the cancel together', async () => {
    service.emulator.clock.advance(2_000);
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'delay', ms: 3_000 } });
    service.emulator.misbehaviours.add({ route: 'cancel', how: { kind: 'hang' } });
    const headers = { 'if-match': named('"T"'), 'request-timeout': '5' };
    const call = send('DELETE', '/jobs/100', headers);
    call.catch(() => {});
    await until(() => calls('get') === 1);
    service.emulator.clock.advance(3_000);
    await until(() => calls('cancel') === 1);
    const { value, tookMs } = await drive(service, call, { hangs: true });
    expect([value.status, value.body.code]).toEqual([504, 'platform-timed-out']);
    expect(tookMs).toBeLessThanOrEqual(2_500);
  });
});

describe('a read with a condition', () => {
  it.each(failing)('is refused by %j', async (headers) => {
    const { status, body } = await send('GET', '/jobs/100', filled(headers));
    expect([status, body.code]).toEqual([412, 'precondition-failed']);
  });

  it.each(passing)('is answered in full with %j', async (headers) => {
    const { status, body } = await send('GET', '/jobs/100', filled(headers));
    expect([status, body.id]).toEqual([200, '100']);
  });

  it.each([
    { 'if-match': '"T"', 'if-none-match': '"T"' },
    { 'if-match': '*', 'if-none-match': '*' },
  ])('is 304 where both hold: %j', async (headers) => {
    expect((await send('GET', '/jobs/100', filled(headers))).status).toBe(304);
  });

  it('of a job that does not exist is 404, whatever the condition', async () => {
    for (const match of ['*', '"any"'])
      expect((await send('GET', '/jobs/999', { 'if-match': match })).status).toBe(404);
  });

  it('is refused on a list and for HEAD alike', async () => {
    const etag = (await service.send('GET', '/jobs')).headers.etag ?? '';
    expect((await send('GET', '/jobs', { 'if-match': '"stale"' })).status).toBe(412);
    expect((await send('GET', '/jobs', { 'if-match': etag })).status).toBe(200);
    const head = await send('HEAD', '/jobs/100', { 'if-match': '"stale"' });
    expect([head.status, head.text]).toEqual([412, undefined]);
  });

  it('does not wait for news where its condition fails already', async () => {
    const { status } = await send('GET', '/jobs/100', { 'if-match': '"stale"', prefer: 'wait=30' });
    expect(status).toBe(412);
  });

  it('waits for as long as its condition holds, and is refused when it no longer does', async () => {
    const call = send('GET', '/jobs/100', { 'if-match': named('"T"'), prefer: 'wait=30' });
    call.catch(() => {});
    await until(() => service.logLines().length === 1);
    service.emulator.jobs.put('prod', { id: 100, status: 'PROCESSING', updateTime: 1 });
    const { value, tookMs } = await drive(service, call);
    expect(value.status).toBe(412);
    expect(tookMs).toBeLessThan(30_000);
  });
});

describe('a create with a condition on the list', () => {
  const newJob = { datasetId: 'd', allProfiles: true };
  const create = (headers: Record<string, string>, body: object = newJob) =>
    send('POST', '/jobs', headers, body);

  it('is carried out while the list is as the caller saw it, and only once', async () => {
    const { headers } = await service.send('GET', '/jobs');
    const seen = { 'if-match': String(headers.etag) };
    expect((await create(seen)).status).toBe(201);
    expect((await create(seen)).status).toBe(412);
    expect(calls('create')).toBe(1);
  });

  it('is refused by If-None-Match: *, because there always is a list', async () => {
    expect((await create({ 'if-none-match': '*' })).status).toBe(412);
    expect(calls('create')).toBe(0);
  });

  it('is let through by If-Match: * and by a tag that it must not have', async () => {
    expect((await create({ 'if-match': '*' })).status).toBe(201);
    expect((await create({ 'if-none-match': '"stale"' })).status).toBe(201);
  });

  it('is told first what is wrong with its body (RFC 9110, 13.2.1)', async () => {
    const { status } = await create({ 'if-match': '"stale"' }, { datasetId: 'd' });
    expect(status).toBe(422);
    expect(calls('list')).toBe(0);
  });
});
