import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive, pass, settle, until } from '../support/driving.ts';
import { startKeeping } from '../support/keeping.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf } from '../support/watching.ts';

const second = 1_000;

describe('the cache of jobs, with what others have met', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startKeeping();
  });
  afterEach(() => service.stop());
  const get = (headers: Record<string, string> = {}) => service.send('GET', '/jobs/7', { headers });

  // A replica that lags behind: https://aws.amazon.com/builders-library/challenges-with-distributed-systems/
  it('takes a job that is done back to not done where Platform says so later, and for a second only', async () => {
    putJob(service, { status: 'SUCCEEDED' });
    await get();
    putJob(service, { status: 'PROCESSING' });
    expect((await get({ 'cache-control': 'no-cache' })).body.done).toBe(false);
    service.emulator.clock.advance(second);
    putJob(service, { status: 'SUCCEEDED' });
    expect((await get()).body.done).toBe(true);
    expect(readsOf(service)).toBe(3);
  });

  it('estimates no end past the last year of RFC 3339', async () => {
    const totalTime = { startTimeInMs: 1_000, endTimeInMs: 61_000, totalTimeInMs: 60_000 };
    putJob(service, { status: 'SUCCEEDED', creationTime: 1_000, updateTime: 61_000, metrics: { totalTime } });
    await get();
    putJob(service, { id: 8, creationTime: '9999-12-31T23:59:59.999Z' });
    const { body } = await service.send('GET', '/jobs/8');
    expect(body.progress).toEqual({ startedAt: '9999-12-31T23:59:59.999Z', typicalMs: 60_000 });
  });

  // The last year of RFC 3339, and past the largest time value: https://tc39.es/ecma262/#sec-time-values-and-time-range
  it.each([253_402_300_799_999, 8.64e15 + 1, 1e300, -1, 0])(
    'shows and watches a job that began at %d',
    async (creationTime) => {
      putJob(service, { creationTime, metrics: { totalTime: { startTimeInMs: creationTime } } });
      const { status, headers } = await get();
      expect(status).toBe(200);
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(30);
      using stream = await followJob(service, '7');
      await pass(service, 31 * second, second);
      expect(readsOf(service)).toBeGreaterThan(1);
      putJob(service, { status: 'SUCCEEDED' });
      await pass(service, 31 * second, second);
      await until(() => stream.state() === 'ended');
    },
  );

  // RFC 9110, 9.3.2: HEAD is GET without the content.
  it('answers HEAD and GET of a job that does not exist for one call', async () => {
    for (const method of ['HEAD', 'GET', 'HEAD']) {
      expect((await service.send(method, '/jobs/7')).status).toBe(404);
    }
    expect(readsOf(service)).toBe(1);
  });

  // RFC 7240, 4.3: nothing bounds the number of seconds.
  it.each([
    ['wait=60', '0.001'],
    ['wait=60', '0'],
    ['wait=999999', '999999'],
    ['wait=1', '0.5'],
  ])('ends a wait of %s within a Request-Timeout of %s and a minute', async (prefer, timeout) => {
    putJob(service);
    await get();
    const waiting = drive(service, get({ prefer, 'request-timeout': timeout }));
    const { value, tookMs } = await waiting;
    expect([200, 504]).toContain(value.status);
    expect(tookMs).toBeLessThanOrEqual(Math.min(60 * second, Math.max(50, Number(timeout) * second)));
    // What is left is the renewal of the token, and the search for creates of a process that died.
    expect(service.emulator.clock.alarms()).toBe(2);
  });

  // RFC 9111, 4.2.3: an answer is as old as its question at least (response_delay).
  it('counts the age of an answer from the question, also where Platform took long', async () => {
    putJob(service);
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'delay', ms: 2_500 } });
    const slow = get();
    await until(() => service.emulator.requests.open() === 1);
    service.emulator.clock.advance(2_500);
    expect((await slow).headers.age).toBe('2');
    await settle(service);
    await get();
    expect(readsOf(service)).toBe(2);
  });
});
