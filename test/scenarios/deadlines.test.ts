import { describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { createKeepAliveCaller } from '../support/keep-alive-caller.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

async function known(options: Parameters<typeof startServiceUnderTest>[0]): Promise<ServiceUnderTest> {
  const service = await startServiceUnderTest(options);
  // So that the exchange of the token is out of the way.
  await service.send('GET', '/jobs');
  service.emulator.requests.clear();
  return service;
}

describe('the deadline of a call as a whole', () => {
  it.each(['hang', 'hang-in-body'] as const)('ends one that does this: %s', async (kind) => {
    await using service = await known({ platform: { callTimeoutMs: 3_000 } });
    // The renewal of the token is one that stays.
    const alarmsBefore = service.emulator.clock.alarms();
    service.emulator.misbehaviours.add({ how: { kind } });
    const answer = service.send('GET', '/jobs/100');
    await until(() => service.emulator.requests.open() === 1);
    service.emulator.clock.advance(3_000);
    expect((await answer).body).toMatchObject({ status: 504, code: 'platform-timed-out', retryable: true });
    await until(() => service.emulator.requests.open() === 0);
    expect(service.emulator.clock.alarms()).toBe(alarmsBefore);
  });

  it('ends those that wait for a connection too', async () => {
    await using service = await known({
      platform: { concurrentCalls: 2, callTimeoutMs: 3_000, deadlineMs: 3_000 },
    });
    service.emulator.misbehaviours.add({ how: { kind: 'hang' } });
    const alarmsBefore = service.emulator.clock.alarms();
    const answers = Array.from({ length: 6 }, (_, id) => service.send('GET', `/jobs/${id}`));
    // One for each of the two attempts under way, and for each of those who wait for their turn.
    await until(() => service.emulator.clock.alarms() === alarmsBefore + 6);
    service.emulator.clock.advance(3_000);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([504, 504, 503, 503, 503, 503]);
  });
});

describe('stopping', () => {
  it('fails readyz first, and serves on with Connection: close until the balancer has noticed', async () => {
    const service = await known({ stop: { keepServingMs: 5_000 } });
    const stopped = service.running.stop();
    const ready = await service.send('GET', '/readyz');
    expect(ready.body).toMatchObject({ status: 503, code: 'not-ready', detail: 'This process is stopping.' });
    const served = await service.send('GET', '/jobs');
    expect([served.status, served.headers.connection]).toEqual([200, 'close']);
    service.emulator.clock.advance(5_000);
    await stopped;
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow();
    await service.emulator.close();
  });

  it('leaves idle connections alone while it serves on: a request may be on its way on them', async () => {
    const service = await known({ stop: { keepServingMs: 5_000 } });
    const [idle, other] = [createKeepAliveCaller(service.url), createKeepAliveCaller(service.url)];
    await idle.send('GET', '/livez');
    const stopped = service.running.stop();
    expect(await other.send('GET', '/livez')).toEqual({ status: 200, lastOnConnection: true });
    expect(await idle.send('GET', '/livez')).toEqual({ status: 200, lastOnConnection: true });
    expect(idle.connections()).toBe(1);
    service.emulator.clock.advance(5_000);
    await stopped;
    await service.emulator.close();
  });

  it('lets a request under way finish', async () => {
    const service = await known({});
    service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'delay', ms: 1_000 } });
    const answer = service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
    await until(() => service.emulator.requests.open() === 1);
    const stopped = service.running.stop();
    service.emulator.clock.advance(1_000);
    expect((await answer).status).toBe(201);
    await stopped;
    await service.emulator.close();
  });

  it('cuts off at the deadline what does not', async () => {
    const service = await known({ stop: { deadlineMs: 2_000 } });
    service.emulator.misbehaviours.add({ how: { kind: 'hang' } });
    const answer = service.send('GET', '/jobs').catch(() => 'cut off');
    await until(() => service.emulator.requests.open() === 1);
    const stopped = service.running.stop();
    service.emulator.clock.advance(2_000);
    await stopped;
    expect(await answer).toBe('cut off');
    await service.emulator.close();
  });
});
