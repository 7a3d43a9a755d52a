import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Permission, permissions } from '../../src/callers/caller.ts';
import { drive, pass, until } from '../support/driving.ts';
import { json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob, readsOf, startExport } from '../support/watching.ts';

const second = 1_000;
const accepts = json(200, { status: true });

describe('DELETE /jobs/{id} with Prefer: wait', () => {
  let service: ServiceUnderTest;
  let may: readonly Permission[];
  let isCurrent: boolean;
  beforeEach(async () => {
    [may, isCurrent] = [permissions, true];
    service = await startServiceUnderTest({
      cache: 'asConfigured',
      streams: { mostForEachCaller: 1 },
      identify: () => ({
        id: 'a',
        name: 'a',
        policyName: 'a',
        permissions: new Set(may),
        sandboxes: ['prod'],
        cacheScope: 'everybody',
        isCurrent: () => isCurrent,
      }),
    });
  });
  afterEach(() => service.stop());

  const cancel = (id: string, headers: Record<string, string>) =>
    service.send('DELETE', `/jobs/${id}`, { headers });
  /** Cancels a job that goes on until the test says what becomes of it. */
  function cancelRunning(headers: Record<string, string> = { prefer: 'wait=30' }) {
    putJob(service);
    service.emulator.misbehaviours.add({ route: 'cancel', how: accepts });
    const call = cancel('7', headers);
    call.catch(() => {});
    return call;
  }
  const isSent = () => until(() => readsOf(service) > 0);
  const becomes = (status: string) =>
    putJob(service, { status, updateTime: service.emulator.clock.wallNow() });

  it('answers with the job as soon as it has ended, and reads it as a watcher does', async () => {
    const id = await startExport(service);
    service.emulator.requests.clear();
    const { value, tookMs } = await drive(service, cancel(id, { prefer: 'wait=60' }));
    expect([value.status, value.body.status, value.headers['preference-applied']]).toEqual([
      200,
      'CANCELLED',
      'wait=60',
    ]);
    expect(value.headers.etag).toBe((await service.send('GET', `/jobs/${id}`)).headers.etag);
    // A tenth of an export later it has really stopped.
    expect(tookMs).toBeGreaterThanOrEqual(24 * second);
    expect(tookMs).toBeLessThan(28 * second);
    expect(readsOf(service)).toBeLessThanOrEqual(1 + tookMs / (2 * second));
    expect(service.emulator.requests.all('cancel')).toHaveLength(1);
  });

  it.each([
    ['CANCELLED', 200, undefined],
    ['FAILED', 200, undefined],
    ['SUCCEEDED', 409, 'job-already-done'],
  ])('answers where it ends as %s meanwhile: %i', async (status, expected, code) => {
    const call = cancelRunning();
    await isSent();
    becomes(status);
    const { value, tookMs } = await drive(service, call);
    expect([value.status, value.body.code]).toEqual([expected, code]);
    expect((value.body.job ?? value.body).status).toBe(status);
    expect(tookMs).toBeLessThan(5 * second);
  });

  it('answers with 202 when the time is up, and no later than Request-Timeout says', async () => {
    const first = await drive(service, cancelRunning());
    expect([first.value.status, first.value.headers['preference-applied'], first.tookMs]).toEqual([
      202,
      'wait=30',
      30 * second,
    ]);
    const sooner = await drive(service, cancelRunning({ prefer: 'wait=30', 'request-timeout': '10' }));
    expect([sooner.value.status, sooner.tookMs]).toEqual([202, 10 * second]);
    const never = await drive(service, cancelRunning({ prefer: 'wait=0, respond-async' }));
    expect([never.value.status, never.tookMs]).toEqual([202, 0]);
  });

  it('answers with 202 where the job cannot be read any more, because the cancel was marked', async () => {
    for (const how of [
      json(503, {}),
      json(404, { status: 404, title: 'none' }),
      json(403, { error_code: '403003' }),
    ]) {
      service.emulator.requests.clear();
      const call = cancelRunning();
      await isSent();
      service.emulator.misbehaviours.add({ route: 'get', how });
      const { value } = await drive(service, call);
      expect(value.status).toBe(202);
      service.emulator.misbehaviours.clear();
      service.emulator.clock.advance(120 * second);
    }
  });

  it('answers with 202 when the service stops', async () => {
    const call = cancelRunning();
    await isSent();
    const stopping = service.running.stop();
    expect((await call).status).toBe(202);
    service.emulator.clock.advance(60 * second);
    await stopping;
  });

  it('asks Platform no more once its caller has gone', async () => {
    putJob(service);
    service.emulator.misbehaviours.add({ route: 'cancel', how: accepts });
    // There is a token now, whose renewal has an alarm.
    await service.send('GET', '/jobs');
    const alarms = service.emulator.clock.alarms();
    const caller = new AbortController();
    const call = fetch(`${service.url}/jobs/7`, {
      method: 'DELETE',
      headers: { prefer: 'wait=60' },
      signal: caller.signal,
    });
    call.catch(() => {});
    await isSent();
    await pass(service, 5 * second);
    caller.abort();
    await expect(call).rejects.toThrow();
    await until(() => service.logLines().at(-1)?.status === 499);
    expect(service.emulator.clock.alarms()).toBe(alarms);
    service.emulator.requests.clear();
    await pass(service, 60 * second);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('shows no job to whom the operator has taken out of the list meanwhile', async () => {
    const call = cancelRunning();
    await isSent();
    isCurrent = false;
    becomes('CANCELLED');
    const { value } = await drive(service, call);
    expect([value.status, value.body.code]).toEqual([401, 'not-authenticated']);
  });

  it('is ignored where the caller waits in as many places as it may', async () => {
    putJob(service, { id: 8 });
    const waiting = service.send('GET', '/jobs/8', { headers: { prefer: 'wait=30' } });
    waiting.catch(() => {});
    await until(() => readsOf(service) > 0);
    const { status, headers } = await cancelRunning();
    expect([status, headers['preference-applied']]).toEqual([202, undefined]);
    await drive(service, waiting);
    expect((await drive(service, cancelRunning())).value.headers['preference-applied']).toBe('wait=30');
  });

  it('is ignored for who may not read jobs, and shows it nothing of one that is done', async () => {
    may = ['jobs:cancel'];
    const { status, headers } = await cancelRunning();
    expect([status, headers['preference-applied']]).toEqual([202, undefined]);
    becomes('SUCCEEDED');
    service.emulator.clock.advance(2 * second);
    const late = await cancel('7', {});
    expect([late.status, late.body.code, late.body.job]).toEqual([409, 'job-already-done', undefined]);
  });
});
