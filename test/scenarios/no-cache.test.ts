import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { delayNext, startKeeping } from '../support/keeping.ts';
import { askAtOnce } from '../support/raw.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;

describe('Cache-Control: no-cache', () => {
  let service: ServiceUnderTest;
  /** How many requests the service has begun to serve. */
  let begun: number;
  beforeEach(async () => {
    const callerOf = ({ headers }: { headers: Record<string, unknown> }) => {
      begun += 1;
      return { id: 'one', permission: String(headers['x-permission'] ?? 'some') };
    };
    service = await startKeeping({ callerOf });
    service.emulator.jobs.put('prod', { id: 100, status: 'SUCCEEDED' });
    service.emulator.jobs.put('dev', { id: 200, status: 'SUCCEEDED' });
    await service.send('GET', '/jobs');
    service.emulator.requests.clear();
    begun = 0;
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const reads = () => service.emulator.requests.all('get').length;
  const getUncached = (headers: Record<string, string> = {}, path = '/jobs/100') =>
    service.send('GET', path, { headers: { 'cache-control': 'no-cache', ...headers } });
  const hundred = (path = '/jobs/100') => Array<string>(100).fill(path);

  it.each([
    'no-cache',
    'NO-CACHE',
    'max-age=0, no-cache',
    'no-cache,max-age=0',
    ' no-cache ',
    'no-store, no-cache ,x',
  ])('asks Platform, whatever is cached: %j', async (value) => {
    const { headers } = await getUncached({ 'cache-control': value });
    expect(headers).toMatchObject({ 'cache-status': 'aep-jobs-bff; fwd=request; stored', age: '0' });
    expect(reads()).toBe(1);
  });

  it.each(['no-cachex', 'xno-cache', 'max-age=0', 'no-store', 'no cache', '', 'x="no-cache"'])(
    'is not said by %j',
    async (value) => {
      const { headers } = await getUncached({ 'cache-control': value });
      expect(headers['cache-status']).toBe('aep-jobs-bff; hit; ttl=3600');
      expect(reads()).toBe(0);
    },
  );

  it('is for lists too', async () => {
    expect((await getUncached({}, '/jobs')).headers['cache-status']).toBe(
      'aep-jobs-bff; fwd=request; stored',
    );
    expect(service.emulator.requests.all('list')).toHaveLength(1);
  });

  it('tells all who ask after it what it has found out', async () => {
    const before = (await service.send('GET', '/jobs/100')).headers.etag ?? '';
    service.emulator.jobs.put('prod', { id: 100, status: 'SUCCEEDED', updateTime: 1 });
    const found = await getUncached({ 'if-none-match': before });
    expect([found.status, found.body.updatedAt]).toEqual([200, '1970-01-01T00:00:00.001Z']);
    expect((await service.send('GET', '/jobs/100')).headers.etag).toBe(found.headers.etag);
    expect(reads()).toBe(1);
  });

  it('is coalesced: those who say it together cost one call', async () => {
    delayNext(service, 'get', second);
    const calls = Array.from({ length: 20 }, () => getUncached());
    for (const call of calls) call.catch(() => {});
    await until(() => begun === 20 && reads() === 1);
    advance(second);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(reads()).toBe(1);
  });

  it('is no way round the quota: a thousand in a second cost 60 calls, and the others get cached answers', async () => {
    for (let batch = 0; batch < 10; batch += 1) {
      expect(await askAtOnce(service.url, hundred(), { 'cache-control': 'no-cache' })).toEqual({ 200: 100 });
      // One after the other, so that it is not coalescing that saves the calls.
      for (let nth = 0; nth < 10; nth += 1) await getUncached();
      advance(50);
    }
    expect(reads()).toBeLessThanOrEqual(60);
    expect((await getUncached()).headers['cache-status']).toMatch(/^aep-jobs-bff; hit; ttl=/);
  });

  /** One at a time, until one is answered from the cache. */
  async function spend(headers: Record<string, string> = {}, path = '/jobs/100'): Promise<number> {
    for (let calls = 0; ; calls += 1) {
      const answer = await getUncached(headers, path);
      if (answer.headers['cache-status']?.includes('hit')) return calls;
    }
  }

  it('is allowed 60 times at once, and then once a second', async () => {
    expect(await spend()).toBe(60);
    advance(second - 1);
    expect(await spend()).toBe(0);
    advance(1);
    expect(await spend()).toBe(1);
    advance(5 * second);
    expect(await spend()).toBe(5);
    // Saved up, and no more than a minute's.
    advance(10 * 60 * second);
    expect(await spend()).toBe(60);
  });

  it('is allowed for all jobs, lists and permissions together, and each sandbox has its own share', async () => {
    expect(await spend()).toBe(60);
    advance(second - 1);
    await service.send('GET', '/jobs');
    expect(await spend({}, '/jobs')).toBe(0);

    // Otherwise many permissions would be a way round the quota.
    const other = { 'x-permission': 'other' };
    await service.send('GET', '/jobs/100', { headers: other });
    expect(await spend(other)).toBe(0);
    const dev = { 'x-sandbox-name': 'dev' };
    await service.send('GET', '/jobs/200', { headers: dev });
    expect(await spend(dev, '/jobs/200')).toBe(60);
  });

  it('costs nothing of the share where somebody else has just asked', async () => {
    delayNext(service, 'get', second / 2);
    const together = Array.from({ length: 50 }, () => getUncached());
    for (const call of together) call.catch(() => {});
    await until(() => begun === 50 && reads() === 1);
    advance(second / 2);
    await Promise.all(together);
    expect(reads()).toBe(1);
    expect(await spend()).toBe(59);
  });

  it('costs nothing of the share where Platform has to be asked anyway', async () => {
    service.emulator.jobs.put('prod', { id: 101, status: 'PROCESSING' });
    for (let nth = 0; nth < 100; nth += 1) {
      advance(second);
      await getUncached({}, '/jobs/101');
    }
    expect(reads()).toBe(100);
    expect(await spend()).toBe(60);
  });
});
