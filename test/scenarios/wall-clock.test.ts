import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive, pass, until } from '../support/driving.ts';
import { json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// By an operator, by NTP, or because a virtual machine was moved.
describe.each([
  ['back by 30 s', -30 * second],
  ['back by an hour', -hour],
  ['back by two days', -2 * day],
  ['forward by an hour', hour],
  ['forward by two days', 2 * day],
])('a wall clock that is set %s', (_how, byMs) => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({
      cache: 'asConfigured',
      platform: { breaker: { failuresToOpen: 2, openMs: 10 * second } },
    });
  });
  afterEach(() => service.stop());

  const clock = () => service.emulator.clock;
  const shift = () => clock().shiftWall(byMs);
  const get = (headers: Record<string, string> = {}) => service.send('GET', '/jobs/7', { headers });
  const cacheStatusOf = async () => (await get()).headers['cache-status'];

  it('neither keeps a job fresh nor ends its freshness', async () => {
    putJob(service);
    await get();
    shift();
    clock().advance(second - 1);
    const { headers } = await get();
    expect([headers.age, headers['cache-status']]).toEqual(['0', 'aep-jobs-bff; hit; ttl=0']);
    clock().advance(1);
    expect(await cacheStatusOf()).toBe('aep-jobs-bff; fwd=stale; stored');
  });

  it('neither keeps a job that is done, nor forgets it', async () => {
    putJob(service, { status: 'SUCCEEDED' });
    await get();
    shift();
    clock().advance(hour - 1);
    expect(await cacheStatusOf()).toBe('aep-jobs-bff; hit; ttl=0');
    clock().advance(1);
    expect(await cacheStatusOf()).toBe('aep-jobs-bff; fwd=stale; stored');
  });

  it('makes nobody wait longer or shorter for news', async () => {
    putJob(service);
    const waiting = drive(service, get({ prefer: 'wait=20' }));
    await until(() => clock().alarms() > 0);
    shift();
    expect((await waiting).tookMs).toBe(20 * second);
  });

  it('is not seen on a stream, nor in how often its job is asked for', async () => {
    const id = await startExport(service);
    using stream = await followJob(service, id);
    await pass(service, 20 * second);
    const before = readsOf(service);
    shift();
    await pass(service, 20 * second);
    expect(stream.told()).toEqual(['job NEW', 'job PROCESSING']);
    const during = readsOf(service) - before;
    expect(during).toBeGreaterThanOrEqual(4);
    expect(during).toBeLessThanOrEqual(10);
  });

  it('neither ends the life of a token nor prolongs it', async () => {
    await get();
    shift();
    clock().advance(day * 0.7);
    await get();
    const exchanges = () => service.emulator.requests.all('token').length;
    expect(exchanges()).toBe(1);
    clock().advance(day * 0.1);
    await until(() => exchanges() === 2);
  });

  it('neither shortens a cool-down of IMS nor prolongs it', async () => {
    service.emulator.misbehaviours.add({ route: 'token', times: 1, how: { kind: 'html' } });
    const { headers } = await get();
    expect(headers['retry-after']).toBe('5');
    shift();
    clock().advance(4 * second);
    expect((await get()).body.code).toBe('token-unavailable');
    clock().advance(second);
    expect((await get()).body.code).toBe('job-not-found');
  });

  it('neither shortens an open circuit nor prolongs it', async () => {
    service.emulator.misbehaviours.add({ route: 'get', times: 2, how: { kind: 'html', status: 500 } });
    for (let call = 0; call < 2; call += 1) await get();
    shift();
    clock().advance(10 * second - 1);
    const { headers, body } = await get();
    expect([body.code, headers['retry-after']]).toEqual(['platform-circuit-open', '1']);
    clock().advance(1);
    expect((await get()).body.code).toBe('job-not-found');
  });

  it.each([
    ['seconds', () => '100'],
    ['a date', () => new Date(clock().adobe.wallNow() + 100 * second).toUTCString()],
  ])('neither shortens a pause of %s that Platform asked for, nor prolongs it', async (_form, retryAfter) => {
    const answer = json(429, {}, { 'Retry-After': retryAfter() });
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: answer });
    shift();
    expect((await get()).headers['retry-after']).toBe('100');
    shift();
    // What is left is longer than a request may take.
    clock().advance(60 * second);
    const { headers, body } = await get();
    expect([body.code, headers['retry-after']]).toEqual(['platform-throttled', '40']);
    expect(readsOf(service)).toBe(1);
    clock().advance(40 * second);
    expect((await get()).body.code).toBe('job-not-found');
  });

  it('neither gives those who say no-cache more than their share, nor takes it', async () => {
    putJob(service, { status: 'SUCCEEDED' });
    await get();
    const insist = async () => (await get({ 'cache-control': 'no-cache' })).headers['cache-status'];
    for (let nth = 0; nth < 60; nth += 1) expect(await insist()).toBe('aep-jobs-bff; fwd=request; stored');
    shift();
    expect(await insist()).toMatch('; hit; ');
    clock().advance(second);
    expect(await insist()).toBe('aep-jobs-bff; fwd=request; stored');
    expect(await insist()).toMatch('; hit; ');
  });

  it('neither ends a request early nor lets it hang', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const call = drive(service, get(), { hangs: true });
    await until(() => service.emulator.requests.open() === 1);
    shift();
    const { value, tookMs } = await call;
    expect([value.status, tookMs]).toEqual([504, 10 * second]);
  });

  it('is not in the durations of the log', async () => {
    const { misbehaviours, requests } = service.emulator;
    misbehaviours.add({ route: 'get', times: 1, how: { kind: 'delay', ms: 2 * second } });
    const call = drive(service, get());
    await until(() => requests.open() === 1);
    shift();
    clock().advance(2 * second);
    await call;
    expect(service.logLines().filter(({ msg }) => msg === 'request')).toMatchObject([
      { durationMs: 2 * second, upstreamDurationMs: 2 * second },
    ]);
  });
});
