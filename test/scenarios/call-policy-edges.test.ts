import { describe, expect, it } from '@jest/globals';
import { drive, until } from '../support/driving.ts';
import { startWithPolicy as start } from '../support/start-with-policy.ts';

const newJob = JSON.stringify({ datasetId: 'd', allProfiles: true });
const asJson = { 'content-type': 'application/json' };

describe('the policy, at its edges', () => {
  it('callers in a hurry do not open the circuit for everybody', async () => {
    await using service = await start({ breaker: { failuresToOpen: 3, openMs: 10_000 } });
    service.emulator.misbehaviours.add({ route: 'get', times: 6, how: { kind: 'hang' } });
    for (let call = 0; call < 6; call += 1) {
      const headers = { 'request-timeout': '1' };
      await drive(service, service.send('GET', '/jobs/1', { headers }), { hangs: true });
    }
    expect((await service.send('GET', '/jobs/1')).body.code).toBe('job-not-found');
  });

  it('a caller with no time at all is not a call', async () => {
    await using service = await start();
    const { body } = await service.send('GET', '/jobs/1', { headers: { 'request-timeout': '0' } });
    expect(body).toMatchObject({ status: 504, code: 'platform-timed-out' });
    expect(service.emulator.requests.all()).toHaveLength(0);
  });

  it('a pause that begins while calls wait for their turn holds for them too', async () => {
    await using service = await start({ concurrentCalls: 2 });
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'delay', ms: 1_000 } });
    const how = { kind: 'answer', status: 429, headers: { 'Retry-After': '3244' }, body: {} } as const;
    service.emulator.misbehaviours.add({ route: 'get', how });
    const answers = Promise.all(Array.from({ length: 30 }, (_, id) => service.send('GET', `/jobs/${id}`)));
    const { value } = await drive(service, answers, { hangs: true });
    expect(new Set(value.map(({ body }) => body.code))).toEqual(new Set(['platform-throttled']));
    expect(service.emulator.requests.all('get').length).toBeLessThanOrEqual(2);
  });

  it('a Retry-After of years is a pause of an hour, and a shorter one does not end it', async () => {
    await using service = await start({ concurrentCalls: 2, mostRetries: 0 });
    const throttle = (seconds: string) =>
      ({ kind: 'answer', status: 429, headers: { 'Retry-After': seconds }, body: {} }) as const;
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: throttle('999999999') });
    service.emulator.misbehaviours.add({ route: 'list', times: 1, how: { kind: 'delay', ms: 1_000 } });
    service.emulator.misbehaviours.add({ route: 'list', times: 1, how: throttle('1') });
    const list = service.send('GET', '/jobs');
    await until(() => service.emulator.requests.open() === 1);
    await service.send('GET', '/jobs/1');
    service.emulator.clock.advance(1_000);
    await list;
    expect((await service.send('GET', '/jobs/1')).headers['retry-after']).toBe('3599');
    service.emulator.clock.advance(3_599_000);
    expect((await service.send('GET', '/jobs/1')).body.code).toBe('job-not-found');
  });

  it('one sandbox that spends its retries leaves another its own', async () => {
    await using service = await start({ breaker: { failuresToOpen: 1_000, openMs: 1_000 } });
    service.emulator.misbehaviours.add({ route: 'get', times: 60, how: { kind: 'html', status: 503 } });
    while (service.emulator.requests.all('get').length < 60)
      await drive(service, service.send('GET', '/jobs/1'));
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'html', status: 503 } });
    const headers = { 'x-sandbox-name': 'dev' };
    expect((await drive(service, service.send('GET', '/jobs/1', { headers }))).value.status).toBe(404);
  });

  it('those who leave the queue leave their places', async () => {
    await using service = await start({ concurrentCalls: 1, queuedCalls: 3, mostRetries: 0 });
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'delay', ms: 1_000 } });
    const first = service.send('GET', '/jobs/1');
    await until(() => service.emulator.requests.open() === 1);
    const caller = new AbortController();
    const waiting = ['2', '3', '4'].map((id) =>
      fetch(`${service.url}/jobs/${id}`, { signal: caller.signal }),
    );
    // Each has an alarm for its turn.
    await until(() => service.emulator.clock.alarms() >= 5);
    caller.abort();
    await Promise.allSettled(waiting);
    await until(() => service.logLines().filter(({ code }) => code === 'request-abandoned').length === 3);
    const next = service.send('GET', '/jobs/5');
    expect(
      (await drive(service, Promise.all([first, next]), { hangs: true })).value.map(({ status }) => status),
    ).toEqual([404, 404]);
  });

  it('a create whose caller cannot wait for its turn, or has gone while the token was awaited, is not begun', async () => {
    await using service = await start({ concurrentCalls: 1, mostRetries: 0 });
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'delay', ms: 5_000 } });
    const first = service.send('GET', '/jobs/1');
    await until(() => service.emulator.requests.open() === 1);
    const headers = { ...asJson, 'request-timeout': '2' };
    const hurried = service.send('POST', '/jobs', { headers, body: newJob });
    expect((await drive(service, hurried, { hangs: true })).value.body.code).toBe('overloaded');
    service.emulator.clock.advance(5_000);
    await first;

    service.emulator.tokens.revokeAll();
    service.emulator.misbehaviours.add({ route: 'token', times: 1, how: { kind: 'delay', ms: 1_000 } });
    // Past the token's life, so that the next call has to wait for another one.
    service.emulator.clock.advance(2 * 86_400_000);
    const caller = new AbortController();
    const options = { method: 'POST', headers: asJson, body: newJob, signal: caller.signal };
    const gone = fetch(`${service.url}/jobs`, options);
    await until(() => service.emulator.requests.open() === 1);
    caller.abort();
    await expect(gone).rejects.toThrow();
    await until(() => service.logLines().at(-1)?.code === 'request-abandoned');
    service.emulator.clock.advance(1_000);
    await until(() => service.emulator.requests.open() === 0);
    expect(service.emulator.requests.all('create')).toHaveLength(0);
  });
});

describe('a token that is missing', () => {
  it('a call that tries again without a token closes no circuit', async () => {
    await using service = await start({ mostRetries: 0, breaker: { failuresToOpen: 2, openMs: 10_000 } });
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 500 } });
    for (let call = 0; call < 2; call += 1) await service.send('GET', '/jobs/1');
    // Past the token's life, with an IMS that gives no other.
    service.emulator.misbehaviours.add({ route: 'token', times: 1, how: { kind: 'html' } });
    service.emulator.clock.advance(2 * 86_400_000);
    expect((await service.send('GET', '/jobs/1')).body.code).toBe('token-unavailable');
    expect((await service.send('GET', '/jobs/1')).body.code).toBe('platform-circuit-open');
    expect(service.emulator.requests.all('get')).toHaveLength(2);
  });

  it('once IMS has failed, nobody waits for it to hang again', async () => {
    await using service = await start();
    service.emulator.misbehaviours.add({ route: 'token', times: 1, how: { kind: 'html' } });
    service.emulator.clock.advance(2 * 86_400_000);
    expect((await service.send('GET', '/jobs')).status).toBe(503);
    service.emulator.misbehaviours.add({ route: 'token', how: { kind: 'hang' } });
    service.emulator.clock.advance(60_000);
    service.emulator.requests.clear();
    const call = service.send('GET', '/jobs');
    const { value, tookMs } = await drive(service, call, { hangs: true });
    expect(value.body).toMatchObject({ status: 503, code: 'token-unavailable' });
    expect(tookMs).toBeLessThanOrEqual(1_500);
  });
});
