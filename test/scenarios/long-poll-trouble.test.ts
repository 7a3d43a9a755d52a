import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

describe('a wait for a job that Platform stops telling of', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({
      cache: { freshForMs: 1_000, finalFreshForMs: 3_600_000, staleIfErrorMs: 20_000 },
    });
    putJob(service);
    await service.send('GET', '/jobs/7');
  });
  afterEach(() => service.stop());

  const wait = (seconds: number) =>
    drive(service, service.send('GET', '/jobs/7', { headers: { prefer: `wait=${seconds}` } }));

  it('ends with the refusal when Platform refuses it to us: nobody goes on reading what may not be read', async () => {
    const body = { error_code: '403025', message: 'Forbidden' };
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'answer', status: 403, body } });
    const { value, tookMs } = await wait(60);
    expect([value.status, value.body.code]).toEqual([502, 'platform-refused-us']);
    expect(tookMs).toBeLessThan(10_000);
  });

  it('ends with the cached job, marked, when the time is up soon enough', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 503 } });
    const { value } = await wait(15);
    expect([value.status, value.body.status]).toEqual([200, 'PROCESSING']);
    expect(value.headers['cache-status']).toBe(
      'aep-jobs-bff; fwd=stale; fwd-status=503; ttl=-14; detail=platform-failed',
    );
  });

  it('ends with the problem when the cached job is too old by then', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 503 } });
    const { value } = await wait(40);
    expect([value.status, value.body.code]).toEqual([502, 'platform-failed']);
  });
});
