import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive, pass, settle, until } from '../support/driving.ts';
import { gateway, type How } from '../support/failing.ts';
import { startKeeping } from '../support/keeping.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';
import { putJob, readsOf } from '../support/watching.ts';

const second = 1_000;
const hour = 3_600 * second;

describe('when the time of Prefer: wait is up', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startKeeping();
    // It has run for hours, so it is looked at every 30 s.
    putJob(service, { creationTime: service.emulator.clock.wallNow() - 5 * hour });
  });
  afterEach(() => service.stop());

  const clock = () => service.emulator.clock;
  const misbehave = (how: How, times = 1) => service.emulator.misbehaviours.add({ route: 'get', times, how });
  const get = (headers: Record<string, string> = {}) => service.send('GET', '/jobs/7', { headers });
  /** A wait that has begun, with the job done three seconds later. */
  async function waitAndEnd(headers: Record<string, string>) {
    const waiting = get(headers);
    waiting.catch(() => {});
    await until(() => readsOf(service) === 1);
    await pass(service, 3 * second);
    putJob(service, { status: 'SUCCEEDED' });
    return waiting;
  }

  it('what is older than a fresh period is asked for, as a plain GET would', async () => {
    const { value, tookMs } = await drive(service, waitAndEnd({ prefer: 'wait=20' }));
    expect([value.body.status, value.headers.age, tookMs]).toEqual(['SUCCEEDED', '0', 20 * second]);
    expect(value.headers['cache-status']).toBe('aep-jobs-bff; fwd=stale; stored');
    expect(readsOf(service)).toBe(2);
  });

  it('a hundred who wait cost one call more', async () => {
    const waiting = Array.from({ length: 100 }, () => get({ prefer: 'wait=20' }));
    const { value } = await drive(service, Promise.all(waiting));
    expect(new Set(value.map(({ status, headers }) => `${status} ${headers.age}`))).toEqual(
      new Set(['200 0']),
    );
    expect(readsOf(service)).toBe(2);
  });

  it('what somebody else has just read is the answer', async () => {
    const waiting = get({ prefer: 'wait=20' });
    await until(() => readsOf(service) === 1);
    await pass(service, 19.5 * second);
    await get();
    const { value } = await drive(service, waiting);
    expect([value.status, value.headers['cache-status']]).toEqual([200, 'aep-jobs-bff; hit; ttl=0']);
    expect(readsOf(service)).toBe(2);
  });

  it('a Request-Timeout that ends with it is kept: the job is asked for a second before', async () => {
    const headers = { prefer: 'wait=20', 'request-timeout': '20' };
    const { value, tookMs } = await drive(service, waitAndEnd(headers));
    expect([value.body.status, tookMs]).toEqual(['SUCCEEDED', 19 * second]);
    expect(readsOf(service)).toBe(2);
  });

  it('a Request-Timeout that leaves half a second is kept: it is asked for half a second before', async () => {
    const headers = { prefer: 'wait=20', 'request-timeout': '20.5' };
    const { value, tookMs } = await drive(service, waitAndEnd(headers));
    expect([value.body.status, tookMs]).toEqual(['SUCCEEDED', 19.5 * second]);
  });

  it('Platform gets a second, and then the cached job is the answer, marked', async () => {
    const waiting = get({ prefer: 'wait=20' });
    waiting.catch(() => {});
    await until(() => readsOf(service) === 1);
    await settle(service);
    misbehave({ kind: 'hang' });
    const { value, tookMs } = await drive(service, waiting, { hangs: true });
    expect([value.status, value.body.status]).toEqual([200, 'PROCESSING']);
    expect(value.headers['cache-status']).toBe('aep-jobs-bff; fwd=stale; ttl=-20; detail=platform-timed-out');
    expect(tookMs).toBeLessThanOrEqual(21.5 * second);
  });

  it('a Platform that has recovered during the back-off is asked', async () => {
    await get();
    misbehave({ kind: 'html', status: 503 }, 5);
    const waiting = get({ prefer: 'wait=55' });
    await pass(service, 50 * second);
    expect(readsOf(service)).toBeGreaterThan(1);
    service.emulator.misbehaviours.clear();
    putJob(service, { status: 'SUCCEEDED' });
    const { value } = await drive(service, waiting);
    expect(value.body.status).toBe('SUCCEEDED');
  });

  it('a refusal that has come meanwhile is the answer', async () => {
    const waiting = get({ prefer: 'wait=20' });
    await until(() => readsOf(service) === 1);
    await settle(service);
    misbehave(gateway(403, '403025'));
    expect((await drive(service, waiting)).value.body.code).toBe('platform-refused-us');
  });

  it('at a stop too the job is asked for, and the stop is not kept waiting by a Platform that hangs', async () => {
    const ended = waitAndEnd({ prefer: 'wait=60' });
    await until(() => readsOf(service) === 1);
    await pass(service, 3 * second);
    await settle(service);
    const stopped = service.running.stop();
    expect((await ended).body.status).toBe('SUCCEEDED');
    await drive(service, stopped);
    expect(clock().alarms()).toBe(0);
  });

  it('leaves no alarm behind, whichever way it ended', async () => {
    const before = clock().alarms();
    await drive(service, waitAndEnd({ prefer: 'wait=20', 'request-timeout': '20' }));
    await drive(service, get({ prefer: 'wait=5', 'request-timeout': '2' }));
    expect(clock().alarms()).toBeLessThanOrEqual(before + 1);
  });
});
