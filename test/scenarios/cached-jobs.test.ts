import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { delayNext, readsById, startKeeping } from '../support/keeping.ts';
import { askAtOnce } from '../support/raw.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;
const hour = 60 * 60 * second;

describe('a cached job', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startKeeping();
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const reads = () => service.emulator.requests.all('get').length;
  const lists = () => service.emulator.requests.all('list').length;
  const put = (id: number, status: string) => service.emulator.jobs.put('prod', { id, status });
  const get = (id: number) => service.send('GET', `/jobs/${id}`);

  it('answers a thousand callers who poll 20 running jobs with one read for each job in each second', async () => {
    const ids = Array.from({ length: 20 }, () => service.emulator.jobs.create('prod', {}).id);
    const halfOfThem = Array.from({ length: 500 }, (_, caller) => `/jobs/${ids[caller % ids.length]}`);
    const once = new Map(ids.map((id) => [String(id), 1]));
    for (let halfSeconds = 0; halfSeconds < 20; halfSeconds += 1) {
      expect(await askAtOnce(service.url, halfOfThem)).toEqual({ 200: 500 });
      expect(readsById(service)).toEqual(once);
      advance(second / 2);
      if (halfSeconds % 2 === 1) service.emulator.requests.clear();
    }
  });

  it('that is done answers ten thousand callers after one read', async () => {
    put(100, 'SUCCEEDED');
    const { etag = '' } = (await get(100)).headers;
    const thousand = Array<string>(1_000).fill('/jobs/100');
    for (let batch = 0; batch < 5; batch += 1) {
      expect(await askAtOnce(service.url, thousand)).toEqual({ 200: 1_000 });
      expect(await askAtOnce(service.url, thousand, { 'if-none-match': etag })).toEqual({ 304: 1_000 });
      advance(10 * 60 * second);
    }
    expect(reads()).toBe(1);
  });

  it('that is done is kept for an hour and says so, and is then asked for again', async () => {
    put(100, 'SUCCEEDED');
    const first = (await get(100)).headers;
    expect([first['cache-status'], first.age]).toEqual(['aep-jobs-bff; fwd=uri-miss; stored', '0']);
    advance(hour - 1);
    const last = (await get(100)).headers;
    expect([last['cache-status'], last.age]).toEqual(['aep-jobs-bff; hit; ttl=0', '3599']);
    expect(reads()).toBe(1);
    advance(1);
    expect((await get(100)).headers['cache-status']).toBe('aep-jobs-bff; fwd=stale; stored');
    expect(reads()).toBe(2);
  });

  it.each(['FAILED', 'CANCELLED'])('is as final when it is %s', async (status) => {
    put(100, status);
    await get(100);
    advance(hour - 1);
    await get(100);
    expect(reads()).toBe(1);
  });

  it.each(['NEW', 'PROCESSING', 'CANCELLING', 'ANYTHING'])(
    'is kept for a second when it is %s',
    async (status) => {
      put(100, status);
      await get(100);
      advance(second - 1);
      expect((await get(100)).headers['cache-status']).toBe('aep-jobs-bff; hit; ttl=0');
      expect(reads()).toBe(1);
      advance(1);
      expect((await get(100)).headers['cache-status']).toBe('aep-jobs-bff; fwd=stale; stored');
      expect(reads()).toBe(2);
    },
  );

  it('is as old as the question, not as the answer', async () => {
    put(100, 'PROCESSING');
    delayNext(service, 'get', 3 * second);
    const slow = get(100);
    await until(() => reads() === 1);
    advance(3 * second);
    expect((await slow).headers.age).toBe('3');
    await get(100);
    expect(reads()).toBe(2);
  });

  it('is cached from a list too, as old as that', async () => {
    put(100, 'SUCCEEDED');
    put(101, 'PROCESSING');
    await service.send('GET', '/jobs');
    advance(second / 2);
    const [done, running] = [await get(100), await get(101)];
    expect(done.headers['cache-status']).toBe('aep-jobs-bff; hit; ttl=3599');
    expect(running.headers['cache-status']).toBe('aep-jobs-bff; hit; ttl=0');
    expect(reads()).toBe(0);
    advance(second / 2);
    expect((await get(101)).body).toEqual(running.body);
    expect(reads()).toBe(1);
  });

  it('is not made older by a list that was asked for before and arrives after', async () => {
    put(100, 'PROCESSING');
    const old = { records: [{ id: 100, status: 'NEW' }], link: { next: '' } };
    delayNext(service, 'list', second / 2);
    service.emulator.misbehaviours.add({
      route: 'list',
      times: 1,
      how: { kind: 'answer', status: 200, body: old },
    });
    const slow = service.send('GET', '/jobs');
    await until(() => lists() === 1);
    const quick = await get(100);
    advance(second / 2);
    // The list has the newer one too, because that is cached by then.
    expect((await slow).body.jobs).toEqual([quick.body]);
    expect(await get(100)).toMatchObject({
      body: { status: 'PROCESSING' },
      headers: { etag: quick.headers.etag },
    });
  });

  it('is made newer by a list that was asked for after and arrives before', async () => {
    put(100, 'SUCCEEDED');
    delayNext(service, 'get', second / 2);
    const old = { id: 100, status: 'PROCESSING' };
    service.emulator.misbehaviours.add({
      route: 'get',
      times: 1,
      how: { kind: 'answer', status: 200, body: old },
    });
    const slow = get(100);
    await until(() => reads() === 1);
    await service.send('GET', '/jobs');
    advance(second / 2);
    expect((await slow).body.status).toBe('SUCCEEDED');
    expect((await get(100)).body.status).toBe('SUCCEEDED');
  });

  it('is a list for a second, with its next page', async () => {
    put(100, 'NEW');
    put(101, 'NEW');
    const [first, second_] = [
      await service.send('GET', '/jobs?limit=1'),
      await service.send('GET', '/jobs?limit=1'),
    ];
    expect(second_.headers).toMatchObject({
      link: first.headers.link,
      'cache-status': 'aep-jobs-bff; hit; ttl=1',
    });
    expect([lists(), first.body.next]).toEqual([1, second_.body.next]);
    advance(second);
    await service.send('GET', '/jobs?limit=1');
    expect(lists()).toBe(2);
  });

  it('is told to the log as to the caller', async () => {
    put(100, 'SUCCEEDED');
    await get(100);
    await get(100);
    await until(() => service.logLines().filter(({ msg }) => msg === 'request').length === 2);
    const [miss, hit] = service.logLines().filter(({ msg }) => msg === 'request');
    expect(miss).toMatchObject({ cache: 'aep-jobs-bff; fwd=uri-miss; stored', upstreamCalls: 1 });
    expect(hit).toMatchObject({ cache: 'aep-jobs-bff; hit; ttl=3600' });
    expect(hit).not.toHaveProperty('upstreamCalls');
  });
});
