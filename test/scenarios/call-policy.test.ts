import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { drive, until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const newJob = { datasetId: 'd', allProfiles: true };

/** With the policy as it comes; nothing is switched off. */
async function start(platform = {}): Promise<ServiceUnderTest> {
  const breaker = { failuresToOpen: 10, openMs: 10_000 };
  const service = await startServiceUnderTest({ platform: { mostRetries: 2, breaker, ...platform } });
  // So that the exchange of the token is out of the way.
  await service.send('GET', '/jobs');
  service.emulator.requests.clear();
  return service;
}

describe('Promise 4: no create is ever executed twice through us', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await start();
  });
  afterEach(() => service.stop());
  const creates = () => service.emulator.requests.all('create').length;

  it.each([
    { kind: 'reset' },
    { kind: 'half-body' },
    { kind: 'hang' },
    { kind: 'hang-in-body' },
    { kind: 'html', status: 502 },
    { kind: 'empty', status: 503 },
    { kind: 'html', status: 504 },
    { kind: 'html', status: 200 },
  ] as const)('not when Platform does this: $kind $status', async (how) => {
    service.emulator.misbehaviours.add({ route: 'create', how });
    const hangs = how.kind.startsWith('hang');
    const { value } = await drive(service, service.send('POST', '/jobs', { body: newJob }), { hangs });
    expect(value.body.retryable).toBe(false);
    expect(creates()).toBe(1);
  });

  it.each([
    [
      'it was throttled',
      { kind: 'answer', status: 429, body: { error_code: '429050', message: 'later' } } as const,
    ],
    ['its token was refused', { kind: 'refuse-token' } as const],
  ])('but once more when %s, because then it was not executed', async (_name, how) => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const { value } = await drive(service, service.send('POST', '/jobs', { body: newJob }));
    expect(value.status).toBe(201);
    expect(creates()).toBe(2);
    expect((await service.send('GET', '/jobs')).body.jobs).toHaveLength(1);
  });

  it('nor is one begun for a caller that has gone while it waited for its turn', async () => {
    const how = { kind: 'answer', status: 429, headers: { 'Retry-After': '5' }, body: {} } as const;
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const caller = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(newJob);
    const call = fetch(`${service.url}/jobs`, { method: 'POST', headers, body, signal: caller.signal });
    await until(() => creates() === 1 && service.emulator.requests.open() === 0);
    const lines = service.logLines().length;
    caller.abort();
    await expect(call).rejects.toThrow();
    await until(() => service.logLines().length > lines);
    service.emulator.clock.advance(60_000);
    expect(service.logLines().at(-1)).toMatchObject({ code: 'request-abandoned' });
    expect(creates()).toBe(1);
  });
});

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

describe('Promise 10: what happens in one sandbox never touches another', () => {
  const inDev = { headers: { 'x-sandbox-name': 'dev' } };

  it('a circuit that is open there is closed here, and one call tries again there', async () => {
    await using service = await start({ mostRetries: 0 });
    // cockatiel reads the machine's time; for this test that is the moved one.
    const now = jest.spyOn(Date, 'now').mockImplementation(() => service.emulator.clock.now());
    try {
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
      expect((await service.send('GET', '/jobs/1')).body.code).toBe('platform-circuit-open');
      service.emulator.clock.advance(1_000);
      expect((await probe).status).toBe(404);
      expect((await service.send('GET', '/jobs/1')).status).toBe(404);
      expect(service.emulator.requests.all('get')).toHaveLength(2);
    } finally {
      now.mockRestore();
    }
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
    const others = await Promise.all(Array.from({ length: 20 }, () => service.send('GET', '/jobs')));
    expect(new Set(others.map(({ body, headers }) => `${body.code} ${headers['retry-after']}`))).toEqual(
      new Set(['platform-throttled 2244']),
    );
    expect(service.emulator.requests.all('list')).toHaveLength(0);
    expect((await service.send('GET', '/jobs', inDev)).status).toBe(200);
  });
});

describe('a burst', () => {
  it('of a thousand callers is served, with 128 calls under way at most', async () => {
    await using service = await start();
    service.emulator.jobs.put('prod', { id: 1, status: 'NEW' });
    let most = 0;
    let isOver = false;
    const watching = until(() => {
      most = Math.max(most, service.emulator.requests.open());
      return isOver;
    });
    const answers = Array.from({ length: 1_000 }, () => fetch(`${service.url}/jobs/1`));
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
    const answers = Array.from({ length: 5 }, () => service.send('GET', '/jobs/1'));
    const { value } = await drive(service, Promise.all(answers), { hangs: true });
    expect(value.map(({ status }) => status).sort()).toEqual([404, 404, 404, 503, 503]);
    const refused = value.find(({ status }) => status === 503);
    expect(refused?.body).toMatchObject({ code: 'overloaded', retryable: true });
    expect(refused?.headers['retry-after']).toBe('2');
  });
});
