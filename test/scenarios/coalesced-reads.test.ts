import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { HostCallerOf } from '../../src/http/callers/host-caller.ts';
import { until } from '../support/driving.ts';
import { delayNext, startKeeping } from '../support/keeping.ts';
import type { SendOptions, ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;

describe('identical reads under way', () => {
  let service: ServiceUnderTest;
  /** The requests that the service has begun to serve, and how many were sent. */
  let begun: Set<unknown>;
  let sent: number;
  beforeEach(async () => {
    [begun, sent] = [new Set(), 0];
    const callerOf: HostCallerOf = (request) => {
      begun.add(request);
      return { id: 'one', permission: 'everybody' };
    };
    service = await startKeeping({ callerOf });
    service.emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
    service.emulator.jobs.put('prod', { id: 101, status: 'NEW' });
    // So that the token has been exchanged, and nothing that is cached is fresh.
    await get('/jobs?limit=1000');
    advance(120 * second);
    service.emulator.requests.clear();
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const upstream = () => service.emulator.requests.all();
  const open = () => service.emulator.requests.open();
  const ask = (method: string, path: string, options: SendOptions = {}) => {
    sent += 1;
    return service.send(method, path, options);
  };
  const get = (path = '/jobs/100', options: SendOptions = {}) => ask('GET', path, options);
  const within = (seconds: number) => ({ headers: { 'request-timeout': String(seconds) } });
  const cacheStatus = ({ headers }: Response) => headers['cache-status'];

  /** Until the service has all that was sent. */
  const underWay = () => until(() => begun.size === sent);

  /** As a caller who can hang up. */
  function hangUpLater(path = '/jobs/100') {
    const caller = new AbortController();
    sent += 1;
    const call = fetch(`${service.url}${path}`, { signal: caller.signal });
    call.catch(() => {});
    return () => caller.abort();
  }

  it.each(['/jobs/100', '/jobs', '/jobs?limit=1&status=NEW'])('of GET %s are one call', async (path) => {
    delayNext(service, path === '/jobs/100' ? 'get' : 'list', second);
    const calls = Array.from({ length: 50 }, () => get(path));
    await underWay();
    expect(upstream()).toHaveLength(1);
    advance(second);
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ status, headers }) => `${status} ${headers.etag}`)).size).toBe(1);
    const origins = answers.map(cacheStatus);
    expect(origins.filter((one) => one?.endsWith('stored; collapsed'))).toHaveLength(49);
    expect(origins.filter((one) => one?.endsWith('stored'))).toHaveLength(1);
    expect(upstream()).toHaveLength(1);
  });

  it('are the same whatever the order of their parameters, and also with the default spelt out', async () => {
    delayNext(service, 'list', second);
    const paths = [
      '/jobs?status=NEW',
      '/jobs?limit=25&status=NEW',
      '/jobs?status=NEW&limit=25',
      '/jobs?limit=025&status=N%45W',
    ];
    const calls = paths.map((path) => get(path));
    await underWay();
    expect(upstream()).toHaveLength(1);
    advance(second);
    expect((await Promise.all(calls)).map(({ body }) => body.jobs.length)).toEqual([1, 1, 1, 1]);
    expect(upstream()).toHaveLength(1);
  });

  it('are no others: another id, limit, status or page has its own', async () => {
    const first = (await get('/jobs?limit=1')).body.next;
    advance(second);
    service.emulator.requests.clear();
    const paths = [
      '/jobs/100',
      '/jobs/101',
      '/jobs',
      '/jobs?limit=1',
      '/jobs?limit=1000',
      '/jobs?status=NEW',
      first,
    ];
    await Promise.all(paths.map((path) => get(path)));
    expect(upstream()).toHaveLength(paths.length);
  });

  it('have each their own deadline: who is in a hurry gets 504, and the others their answer', async () => {
    delayNext(service, 'get', 5 * second);
    const [patient, other] = [get(), get('/jobs/100', within(8))];
    await underWay();
    const hurried = get('/jobs/100', within(2));
    await underWay();
    advance(2 * second);
    expect((await hurried).body).toMatchObject({ status: 504, code: 'platform-timed-out' });
    expect(open()).toBe(1);
    advance(3 * second);
    expect([(await patient).status, (await other).status]).toEqual([200, 200]);
    expect(upstream()).toHaveLength(1);
  });

  it('go on when the first one is in a hurry', async () => {
    delayNext(service, 'get', 5 * second);
    const first = get('/jobs/100', within(1));
    await underWay();
    const waiter = get();
    await underWay();
    advance(second);
    expect((await first).status).toBe(504);
    advance(4 * second);
    expect((await waiter).body.status).toBe('PROCESSING');
    expect(upstream()).toHaveLength(1);
  });

  it('go on when the first one hangs up, and end when the last one does', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const first = hangUpLater();
    await until(() => open() === 1);
    const waiters = [hangUpLater(), hangUpLater()];
    await underWay();
    first();
    waiters[0]?.();
    await until(() => service.logLines().filter(({ code }) => code === 'request-abandoned').length === 2);
    expect(open()).toBe(1);
    waiters[1]?.();
    // The clock stands still: no time-out has a part in this.
    await until(() => open() === 0);
    expect(upstream()).toHaveLength(1);
  });

  it('are begun anew by whoever comes when the last one has left', async () => {
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'hang' } });
    const left = get('/jobs/100', within(1));
    await until(() => open() === 1);
    advance(second);
    const next = get();
    expect((await left).status).toBe(504);
    expect((await next).status).toBe(200);
    expect(upstream()).toHaveLength(2);
  });

  it.each([
    [{ kind: 'html', status: 500 } as const, 'platform-failed'],
    [{ kind: 'answer', status: 404 } as const, 'job-not-found'],
  ])('share a failure, which is kept for no one after: %j', async (how, code) => {
    delayNext(service, 'get', second);
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how });
    const calls = Array.from({ length: 20 }, () => get());
    await underWay();
    advance(second);
    expect((await Promise.all(calls)).map(({ body }) => body.code)).toEqual(Array(20).fill(code));
    expect(upstream()).toHaveLength(1);
    expect((await get()).status).toBe(200);
    expect(upstream()).toHaveLength(2);
  });

  it('leave nothing behind: no alarm and no unanswered call', async () => {
    const alarms = service.emulator.clock.alarms();
    delayNext(service, 'get', second);
    const calls = [get(), get('/jobs/100', within(20)), get('/jobs/100', within(10))];
    await underWay();
    advance(second);
    await Promise.all(calls);
    expect([service.emulator.clock.alarms(), open()]).toEqual([alarms, 0]);
  });

  it('name the one who asked in what goes to Platform, and count its call in its own log line only', async () => {
    delayNext(service, 'get', second);
    const first = get('/jobs/100', { headers: { 'x-request-id': 'first' } });
    await underWay();
    const waiter = get('/jobs/100', { headers: { 'x-request-id': 'next' } });
    await underWay();
    advance(second);
    await Promise.all([first, waiter]);
    expect(upstream()[0]?.headers['x-request-id']).toBe('first');
    await until(() => service.logLines().some(({ requestId }) => requestId === 'next'));
    const lineOf = (id: string) => service.logLines().find(({ requestId }) => requestId === id);
    expect(lineOf('first')).toHaveProperty('upstreamCalls', 1);
    expect(lineOf('next')).not.toHaveProperty('upstreamCalls');
  });
});
