import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { drive, pass, settle, until } from '../support/driving.ts';
import { json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

describe('GET /jobs/{id} with Prefer: wait', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured' });
  });
  afterEach(() => service.stop());

  const get = (id: string, headers: Record<string, string>) =>
    service.send('GET', `/jobs/${id}`, { headers });
  const wait = (id: string, prefer: string, headers: Record<string, string> = {}) =>
    drive(service, get(id, { prefer, ...headers }));
  const tagOf = async (id: string) => String((await get(id, {})).headers.etag);
  const said = ({ status, headers, body }: Response) => [status, headers['preference-applied'], body?.status];

  it('answers as soon as the job differs from the If-None-Match given', async () => {
    const id = await startExport(service);
    const etag = await tagOf(id);
    const { value, tookMs } = await wait(id, 'wait=60', { 'if-none-match': etag });
    expect(said(value)).toEqual([200, 'wait=60', 'PROCESSING']);
    expect(value.headers.etag).not.toBe(etag);
    expect(value.headers['cache-status']).toBe('aep-jobs-bff; hit; ttl=1');
    // It changes after 24 s, and is looked at every few seconds.
    expect(tookMs).toBeGreaterThanOrEqual(24_000);
    expect(tookMs).toBeLessThan(28_000);
  });

  it('answers when the job is done, without If-None-Match', async () => {
    const id = await startExport(service);
    await pass(service, 200_000, 10_000);
    const { value, tookMs } = await wait(id, 'wait=60');
    expect(said(value)).toEqual([200, 'wait=60', 'SUCCEEDED']);
    expect(tookMs).toBeGreaterThanOrEqual(40_000);
  });

  it('answers at once when what the caller has is old already', async () => {
    putJob(service);
    const { value, tookMs } = await wait('7', 'wait=30', { 'if-none-match': '"another", W/"and-another"' });
    expect([said(value), tookMs]).toEqual([[200, 'wait=30', 'PROCESSING'], 0]);
  });

  it('answers with 200 when the time is up', async () => {
    putJob(service);
    const { value, tookMs } = await wait('7', 'wait=30');
    expect([said(value), tookMs]).toEqual([[200, 'wait=30', 'PROCESSING'], 30_000]);
    expect(Number(value.headers.age)).toBeLessThan(30);
  });

  it.each(['the tag', 'a weak tag', '*'])(
    'answers with 304 and no body when the time is up, having %s',
    async (which) => {
      putJob(service);
      const etag = await tagOf('7');
      const given = { 'the tag': etag, 'a weak tag': `W/${etag}`, '*': '*' }[which] ?? '';
      const { value, tookMs } = await wait('7', 'wait=5', { 'if-none-match': given });
      expect([value.status, value.text, value.headers['preference-applied'], tookMs]).toEqual([
        304,
        '',
        'wait=5',
        5_000,
      ]);
      expect(value.headers.etag).toBe(etag);
    },
  );

  it.each([
    ['wait=600', 'wait=60', 60_000],
    ['wait="5"', 'wait=5', 5_000],
    ['respond-async, wait=5', 'wait=5', 5_000],
    ['wait=5; foo=bar, handling=lenient', 'wait=5', 5_000],
    ['wait=0', 'wait=0', 0],
    ['wait=soon', undefined, 0],
    ['await=5', undefined, 0],
    ['respond-async', undefined, 0],
  ])('understands %s as %s', async (prefer, applied, expectedMs) => {
    putJob(service);
    const { value, tookMs } = await wait('7', prefer);
    expect([said(value), tookMs]).toEqual([[200, applied, 'PROCESSING'], expectedMs]);
  });

  it('waits no longer than Request-Timeout says', async () => {
    putJob(service);
    const { value, tookMs } = await wait('7', 'wait=30', { 'request-timeout': '10' });
    expect([said(value), tookMs]).toEqual([[200, 'wait=10', 'PROCESSING'], 10_000]);
  });

  it('answers at once for a job that is done', async () => {
    putJob(service, { status: 'FAILED' });
    const first = await wait('7', 'wait=30');
    expect([said(first.value), first.tookMs]).toEqual([[200, 'wait=30', 'FAILED'], 0]);
    const seen = { 'if-none-match': String(first.value.headers.etag) };
    const again = await wait('7', 'wait=30', seen);
    expect([again.value.status, again.tookMs]).toEqual([304, 0]);
  });

  it('answers with 404 as soon as the job is gone', async () => {
    putJob(service);
    await get('7', {});
    service.emulator.misbehaviours.add({ route: 'get', how: json(404, { status: 404, title: 'none' }) });
    const { value, tookMs } = await wait('7', 'wait=30');
    expect([value.status, value.body.code, tookMs]).toEqual([404, 'job-not-found', 2_000]);
  });

  it('answers with the cached job, and why it is old, when Platform fails meanwhile', async () => {
    putJob(service);
    await get('7', {});
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'empty', status: 503 } });
    const { value, tookMs } = await wait('7', 'wait=30');
    expect([said(value), tookMs]).toEqual([[200, 'wait=30', 'PROCESSING'], 30_000]);
    expect(value.headers['cache-status']).toContain('detail=platform-failed');
    expect(value.headers.age).toBe('30');
  });

  it('spends no more than that on the first read either', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const { value, tookMs } = await drive(service, get('7', { prefer: 'wait=3' }), { hangs: true });
    expect([value.status, value.body.code]).toEqual([504, 'platform-timed-out']);
    expect(tookMs).toBeLessThan(4_000);
  });

  it('asks Platform no more once its caller has gone', async () => {
    putJob(service);
    await get('7', {});
    const alarms = service.emulator.clock.alarms();
    const caller = new AbortController();
    const headers = { prefer: 'wait=60' };
    const call = fetch(`${service.url}/jobs/7`, { headers, signal: caller.signal });
    await until(() => service.emulator.clock.alarms() > alarms);
    await pass(service, 5_000);
    expect(readsOf(service)).toBeGreaterThan(1);
    caller.abort();
    await expect(call).rejects.toThrow();
    await until(() => service.logLines().at(-1)?.status === 499);
    expect(service.emulator.clock.alarms()).toBe(alarms);
    service.emulator.requests.clear();
    await pass(service, 60_000);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('shares one watcher with streams of the same job', async () => {
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    await pass(service, 1_000);
    const waiters = Promise.all(Array.from({ length: 50 }, () => get('7', { prefer: 'wait=20' })));
    const { value } = await drive(service, waiters);
    expect(new Set(value.map(({ status }) => status))).toEqual(new Set([200]));
    expect(readsOf(service)).toBeLessThanOrEqual(2 + 20_000 / 2_000);
    expect(stream.state()).toBe('open');
  });
});

describe('GET /jobs/{id} with Prefer: wait, where as many wait as may,', () => {
  it('is answered at once, without Preference-Applied, until there is a place again', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured', streams: { most: 1 } });
    putJob(service);
    const headers = { prefer: 'wait=10' };
    const first = service.send('GET', '/jobs/7', { headers });
    const placed = drive(service, first);
    await settle(service);
    const second = await service.send('GET', '/jobs/7', { headers });
    expect([second.status, second.headers['preference-applied']]).toEqual([200, undefined]);
    expect((await placed).value.headers['preference-applied']).toBe('wait=10');
    const { value, tookMs } = await drive(service, service.send('GET', '/jobs/7', { headers }));
    expect([value.headers['preference-applied'], tookMs]).toEqual(['wait=10', 10_000]);
  });
});
