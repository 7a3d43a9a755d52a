import { describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { startWithPolicy as start } from '../support/start-with-policy.ts';

describe('Promise 10: what happens in one sandbox never touches another', () => {
  const inDev = { headers: { 'x-sandbox-name': 'dev' } };

  it('a circuit that is open there is closed here, and one call tries again there', async () => {
    await using service = await start({ mostRetries: 0 });
    service.emulator.misbehaviours.add({ route: 'get', times: 10, how: { kind: 'html', status: 500 } });
    for (let call = 0; call < 10; call += 1) await service.send('GET', '/jobs/1');
    const open = await service.send('GET', '/jobs/1');
    expect(open.body).toMatchObject({ status: 503, code: 'platform-circuit-open', retryable: true });
    expect(open.headers['retry-after']).toBe('10');
    expect(service.emulator.requests.all('get')).toHaveLength(10);
    expect((await service.send('GET', '/jobs/1', inDev)).status).toBe(404);

    service.emulator.clock.advance(10_000);
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'delay', ms: 1_000 } });
    service.emulator.requests.clear();
    const probe = service.send('GET', '/jobs/1');
    await until(() => service.emulator.requests.open() === 1);
    expect((await service.send('GET', '/jobs/2')).body.code).toBe('platform-circuit-open');
    service.emulator.clock.advance(1_000);
    expect((await probe).status).toBe(404);
    expect((await service.send('GET', '/jobs/1')).status).toBe(404);
    expect(service.emulator.requests.all('get')).toHaveLength(2);
  });

  it('a circuit is not opened by answers that say that Platform works', async () => {
    await using service = await start({ mostRetries: 0, breaker: { failuresToOpen: 2, openMs: 10_000 } });
    for (const status of [400, 401, 403, 404, 409, 429, 404, 404]) {
      service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'empty', status } });
      expect((await service.send('GET', '/jobs/1')).body.code).not.toBe('platform-circuit-open');
    }
  });

  it('a Retry-After there makes everybody wait there, who would ask again, and nobody here', async () => {
    await using service = await start();
    const how = { kind: 'answer', status: 429, headers: { 'Retry-After': '3244' }, body: {} } as const;
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how });
    expect((await service.send('GET', '/jobs/1')).headers['retry-after']).toBe('3244');
    service.emulator.clock.advance(1_000_000);
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => service.send('GET', `/jobs?limit=${nth + 1}`)),
    );
    expect(new Set(others.map(({ body, headers }) => `${body.code} ${headers['retry-after']}`))).toEqual(
      new Set(['platform-throttled 2244']),
    );
    expect(service.emulator.requests.all('list')).toHaveLength(0);
    expect((await service.send('GET', '/jobs', inDev)).status).toBe(200);
  });
});
