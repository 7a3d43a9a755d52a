import { describe, expect, it } from '@jest/globals';
import { drive, until } from '../support/driving.ts';
import { startWithPolicy as start } from '../support/start-with-policy.ts';

describe('retries', () => {
  it('are a fifth of the traffic at most, once the first few are spent', async () => {
    await using service = await start({ breaker: { failuresToOpen: 1000, openMs: 1000 } });
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 503 } });
    for (let request = 0; request < 100; request += 1) {
      await drive(service, service.send('GET', '/jobs/1'));
    }
    const calls = service.emulator.requests.all('get').length;
    expect(calls).toBeGreaterThan(100);
    expect(calls).toBeLessThanOrEqual(100 + 10 + 20);
  });

  it.each([
    ['Request-Timeout', '2'],
    ['Prefer', 'respond-async, wait=2'],
  ])('end when the caller has said so by %s: %s', async (name, value) => {
    await using service = await start();
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const { value: answer, tookMs } = await drive(
      service,
      service.send('GET', '/jobs/1', { headers: { [name]: value } }),
      {
        hangs: true,
      },
    );
    expect(answer.status).toBe(504);
    expect(tookMs).toBeLessThanOrEqual(2_500);
  });

  it('do not go on for longer because a caller would wait longer', async () => {
    await using service = await start();
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const call = service.send('GET', '/jobs/1', { headers: { 'request-timeout': '600' } });
    expect((await drive(service, call, { hangs: true })).tookMs).toBeLessThanOrEqual(30_500);
  });

  it('refuse a Request-Timeout that cannot be understood', async () => {
    await using service = await start();
    const { body } = await service.send('GET', '/jobs/1', { headers: { 'request-timeout': 'soon' } });
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid-parameters',
      errors: [{ parameter: 'request-timeout' }],
    });
  });
});

describe('a burst', () => {
  it('of a thousand callers is served, with 128 calls under way at most', async () => {
    await using service = await start();
    for (let id = 0; id < 1_000; id += 1) service.emulator.jobs.put('prod', { id, status: 'NEW' });
    let most = 0;
    let isOver = false;
    const watching = until(() => {
      most = Math.max(most, service.emulator.requests.open());
      return isOver;
    });
    const answers = Array.from({ length: 1_000 }, (_, id) => fetch(`${service.url}/jobs/${id}`));
    const { value } = await drive(service, Promise.all(answers));
    isOver = true;
    await watching;
    expect(value.map(({ status }) => status)).toEqual(Array(1_000).fill(200));
    expect(most).toBeLessThanOrEqual(128);
    await Promise.all(value.map((answer) => answer.text()));
  });

  it('over the queue is refused at once, with when to come back', async () => {
    await using service = await start({ concurrentCalls: 1, queuedCalls: 2, mostRetries: 0 });
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'delay', ms: 100 } });
    const answers = Array.from({ length: 5 }, (_, id) => service.send('GET', `/jobs/${id}`));
    const { value } = await drive(service, Promise.all(answers), { hangs: true });
    expect(value.map(({ status }) => status).sort()).toEqual([404, 404, 404, 503, 503]);
    const refused = value.find(({ status }) => status === 503);
    expect(refused?.body).toMatchObject({ code: 'overloaded', retryable: true });
    expect(refused?.headers['retry-after']).toBe('2');
  });
});
