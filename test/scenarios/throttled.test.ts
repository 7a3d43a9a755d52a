import { describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { failWith, gateway } from '../support/failing.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { startWithPolicy } from '../support/start-with-policy.ts';

const newJob = { datasetId: 'd', allProfiles: true };

describe('a 429 that names no time (RFC 6585, 4: it need not)', () => {
  it.each([
    ['GET', '/jobs', 'list'],
    ['GET', '/jobs/1', 'get'],
    ['POST', '/jobs', 'create'],
    ['DELETE', '/jobs/1', 'cancel'],
  ] as const)('is asked for once, and told with 30 s: %s %s', async (method, path, route) => {
    await using service = await startWithPolicy();
    service.emulator.misbehaviours.add({ route, how: gateway(429, '429050') });
    const call = service.send(method, path, method === 'POST' ? { body: newJob } : {});
    const { value, tookMs } = await drive(service, call);
    expect(value.body).toMatchObject({ code: 'platform-throttled', retryable: true });
    expect(value.headers['retry-after']).toBe('30');
    expect([service.emulator.requests.all(route).length, tookMs]).toEqual([1, 0]);
  });

  it('holds everybody in that sandbox back for as long as they are told, and nobody in another', async () => {
    await using service = await startWithPolicy();
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: gateway(429, '429050') });
    await service.send('POST', '/jobs', { body: newJob });
    service.emulator.requests.clear();

    const told = await Promise.all([
      service.send('POST', '/jobs', { body: newJob }),
      service.send('GET', '/jobs'),
      service.send('GET', '/jobs/1', { headers: { 'request-timeout': '5' } }),
    ]);
    expect(told.map(({ body, headers }) => [body.code, headers['retry-after']])).toEqual(
      Array(3).fill(['platform-throttled', '30']),
    );
    expect(service.emulator.requests.all()).toHaveLength(0);

    const elsewhere = { headers: { 'x-sandbox-name': 'dev' }, body: newJob };
    expect((await service.send('POST', '/jobs', elsewhere)).status).toBe(201);

    // Nobody holds a connection open for what is a guess.
    service.emulator.clock.advance(10_000);
    expect((await service.send('GET', '/jobs')).headers['retry-after']).toBe('20');

    service.emulator.clock.advance(20_000);
    expect((await service.send('POST', '/jobs', { body: newJob })).status).toBe(201);
    expect(service.emulator.requests.all('create')).toHaveLength(2);
  });

  it.each(['-1', 'soon', ''])('is also one whose Retry-After is "%s"', async (value) => {
    await using service = await startWithPolicy();
    const how = gateway(429, '429050', 'later', { 'Retry-After': value });
    const { answer, upstreamCalls } = await failWith(service, 'create', how);
    expect([answer.headers['retry-after'], upstreamCalls]).toEqual(['30', 1]);
  });
});

describe('a Retry-After', () => {
  // The emulator's clock begins with the year 2026.
  it.each([
    ['Thu Jan  1 00:02:00 2026', '120'],
    ['Thursday, 01-Jan-26 00:02:00 GMT', '120'],
    ['Thu, 01 Jan 2026 00:02:00 GMT', '120'],
    ['120, 120', '120'],
    ['119.5', '120'],
    ['99999999999999', '31536000'],
  ])('of "%s" is told as %s seconds, and kept', async (given, seconds) => {
    await using service = await startWithPolicy();
    const how = gateway(429, '429050', 'later', { 'Retry-After': given });
    const { answer } = await failWith(service, 'create', how);
    expect(answer.headers['retry-after']).toBe(seconds);
    service.emulator.misbehaviours.clear();
    service.emulator.requests.clear();
    service.emulator.clock.advance(80_000);
    expect((await service.send('POST', '/jobs', { body: newJob })).body.code).toBe('platform-throttled');
    expect(service.emulator.requests.all('create')).toHaveLength(0);
  });

  it('that fits the deadline is waited for, and the create is sent again', async () => {
    await using service = await startWithPolicy();
    const how = gateway(429, '429050', 'later', { 'Retry-After': 'Thu Jan  1 00:00:10 2026' });
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const { value, tookMs } = await drive(service, service.send('POST', '/jobs', { body: newJob }));
    expect(value.status).toBe(201);
    expect(tookMs).toBeGreaterThanOrEqual(10_000);
    expect(service.emulator.requests.all('create')).toHaveLength(2);
  });

  it("counts in all forms on IMS's answers too", async () => {
    await using service = await startServiceUnderTest();
    const headers = { 'Retry-After': 'Thursday, 01-Jan-26 00:02:00 GMT' };
    service.emulator.misbehaviours.add({ route: 'token', how: gateway(429, '429050', 'later', headers) });
    const answer = await service.send('GET', '/jobs');
    expect([answer.body.code, answer.headers['retry-after']]).toEqual(['token-unavailable', '120']);
  });
});
