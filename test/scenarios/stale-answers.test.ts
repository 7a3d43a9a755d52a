import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { drive, until } from '../support/driving.ts';
import { type How, json } from '../support/failing.ts';
import { delayNext, startKeeping } from '../support/keeping.ts';
import type { SendOptions, ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('while Platform fails', () => {
  let service: ServiceUnderTest;
  let before: Response;
  beforeEach(async () => {
    service = await startKeeping();
    service.emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
    service.emulator.jobs.put('prod', { id: 101, status: 'SUCCEEDED' });
    before = await get();
    service.emulator.requests.clear();
    advance(10 * second);
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const get = (options: SendOptions = {}) => service.send('GET', '/jobs/100', options);
  const fail = (how: How, times?: number) =>
    service.emulator.misbehaviours.add({ how, ...(times !== undefined && { times }) });
  const reads = () => service.emulator.requests.all('get').length;

  it.each<[How, string, string]>([
    [{ kind: 'html', status: 500 }, 'platform-failed', 'fwd-status=500; '],
    [{ kind: 'empty', status: 503 }, 'platform-failed', 'fwd-status=503; '],
    [{ kind: 'reset' }, 'platform-unreachable', ''],
    [{ kind: 'half-body' }, 'platform-unreachable', 'fwd-status=200; '],
    [{ kind: 'html', status: 200 }, 'platform-malformed', 'fwd-status=200; '],
    [json(429, {}, { 'retry-after': '7' }), 'platform-throttled', 'fwd-status=429; '],
  ])('by %j, a recent answer is served and says so', async (how, code, status) => {
    fail(how, 1);
    const stale = await get();
    expect([stale.status, stale.text, stale.headers.etag]).toEqual([200, before.text, before.headers.etag]);
    expect(stale.headers['cache-status']).toBe(`aep-jobs-bff; fwd=stale; ${status}ttl=-9; detail=${code}`);
    expect(stale.headers.age).toBe('10');
    // And is no error that is kept: the next one asks again.
    if (code === 'platform-throttled') advance(7 * second);
    const next = await get();
    expect(next.headers).toMatchObject({ 'cache-status': 'aep-jobs-bff; fwd=stale; stored', age: '0' });
    expect(reads()).toBe(2);
  });

  it.each<How>([{ kind: 'hang' }, { kind: 'hang-in-body' }])(
    'by %j, it is served when the time is up',
    async (how) => {
      fail(how);
      const { value: stale, tookMs } = await drive(service, get(), { hangs: true });
      expect(stale.text).toBe(before.text);
      expect(stale.headers['cache-status']).toMatch(
        /^aep-jobs-bff; fwd=stale; (fwd-status=200; )?ttl=-\d+; detail=platform-timed-out$/,
      );
      expect(tookMs).toBeGreaterThanOrEqual(9 * second);
    },
  );

  it('by silence, it is served at once to who is in a hurry', async () => {
    fail({ kind: 'hang' });
    const { value: stale, tookMs } = await drive(service, get({ headers: { 'request-timeout': '2' } }), {
      hangs: true,
    });
    expect([stale.status, stale.text]).toEqual([200, before.text]);
    expect(tookMs).toBeLessThanOrEqual(3 * second);
  });

  it('it is 304 for who has it already', async () => {
    fail({ kind: 'reset' });
    const { etag = '' } = before.headers;
    const { status, headers } = await get({ headers: { 'if-none-match': etag } });
    expect(status).toBe(304);
    expect(headers).toMatchObject({
      etag,
      age: '10',
      'cache-status': expect.stringMatching(/ttl=-9; detail=/),
    });
  });

  it('it is served for a minute after it was fresh, and no longer', async () => {
    fail({ kind: 'html', status: 500 });
    advance(51 * second - 1);
    expect((await get()).headers).toMatchObject({
      age: '60',
      'cache-status': expect.stringContaining('ttl=-60'),
    });
    advance(1);
    expect((await get()).body).toMatchObject({ status: 502, code: 'platform-failed' });
  });

  it('a list is served for a minute too, with its next page', async () => {
    const list = () => service.send('GET', '/jobs?limit=1');
    const fresh = await list();
    fail({ kind: 'html', status: 500 });
    advance(61 * second - 1);
    const stale = await list();
    expect([stale.status, stale.text, stale.headers.link]).toEqual([200, fresh.text, fresh.headers.link]);
    expect(stale.headers['cache-status']).toBe(
      'aep-jobs-bff; fwd=stale; fwd-status=500; ttl=-60; detail=platform-failed',
    );
    advance(1);
    expect((await list()).body.code).toBe('platform-failed');
  });

  it('a job that is done is served for a minute after its hour', async () => {
    await service.send('GET', '/jobs/101');
    advance(hour);
    fail({ kind: 'html', status: 500 });
    const stale = await service.send('GET', '/jobs/101');
    expect([stale.status, stale.headers.age]).toEqual([200, '3600']);
    expect(stale.headers).not.toHaveProperty('retry-after');
    advance(minute);
    expect((await service.send('GET', '/jobs/101')).body.code).toBe('platform-failed');
  });

  it('a job that was only read in a list is served too', async () => {
    await service.send('GET', '/jobs');
    advance(2 * second);
    fail({ kind: 'html', status: 500 });
    expect((await service.send('GET', '/jobs/100')).headers.age).toBe('2');
  });

  it('Retry-After is as long as Platform asks for', async () => {
    fail(json(429, {}, { 'retry-after': '40' }), 1);
    expect((await get()).headers['retry-after']).toBe('40');
    advance(10 * second);
    const paused = await get();
    expect(paused.headers).toMatchObject({
      'retry-after': '30',
      'cache-status': expect.stringContaining('throttled'),
    });
    expect(reads()).toBe(1);
  });
});

describe('a recent answer is served', () => {
  it('while IMS is down and there is no token', async () => {
    await using service = await startKeeping();
    const { emulator } = service;
    emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
    await service.send('GET', '/jobs/100');
    emulator.tokens.revokeAll();
    emulator.misbehaviours.add({ route: 'token', how: { kind: 'html', status: 503 } });
    emulator.clock.advance(20 * second);
    const { status, headers } = await service.send('GET', '/jobs/100');
    expect(status).toBe(200);
    expect(headers['cache-status']).toMatch(/ttl=-19; detail=token-unavailable$/);
  });

  it('while more is under way than this service takes on', async () => {
    await using service = await startKeeping({ platform: { concurrentCalls: 1, queuedCalls: 0 } });
    const { emulator } = service;
    emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
    await service.send('GET', '/jobs/100');
    emulator.clock.advance(2 * second);
    delayNext(service, 'get', second);
    const other = service.send('GET', '/jobs/101');
    other.catch(() => {});
    await until(() => emulator.requests.all('get').length === 2);
    const { status, headers } = await service.send('GET', '/jobs/100');
    expect(status).toBe(200);
    expect(headers['cache-status']).toBe('aep-jobs-bff; fwd=stale; ttl=-1; detail=overloaded');
    emulator.clock.advance(second);
    await other;
  });

  it('while the circuit is open, without a call', async () => {
    await using service = await startKeeping({
      platform: { breaker: { failuresToOpen: 2, openMs: 10_000 } },
    });
    const { emulator } = service;
    emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
    await service.send('GET', '/jobs/100');
    emulator.clock.advance(2 * second);
    emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 500 } });
    emulator.requests.clear();
    for (let call = 0; call < 5; call += 1) {
      const code =
        call < 2 ? 'fwd-status=500; ttl=-1; detail=platform-failed' : 'ttl=-1; detail=platform-circuit-open';
      const { headers } = await service.send('GET', '/jobs/100');
      expect(headers['cache-status']).toBe(`aep-jobs-bff; fwd=stale; ${code}`);
    }
    expect(emulator.requests.all('get')).toHaveLength(2);
  });
});
