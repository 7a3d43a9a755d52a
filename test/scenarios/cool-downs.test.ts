import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const refusal = { error: 'invalid_client', error_description: 'invalid client_secret parameter' };

describe('after a failure IMS is left alone', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const exchanges = () => service.emulator.requests.all('token').length;
  const misbehave = (how: Misbehaviour['how'], times = 1) =>
    service.emulator.misbehaviours.add({ route: 'token', times, how });
  async function list(_caller?: unknown, nth = 0) {
    const { body, headers } = await service.send('GET', `/jobs?limit=${nth + 1}`);
    return { code: body.code, retryAfter: Number(headers['retry-after']) };
  }

  it('by all callers, who get the same fault at once with what is left of Retry-After', async () => {
    misbehave({ kind: 'html' });
    expect(await list()).toEqual({ code: 'token-unavailable', retryAfter: 5 });
    advance(3_000);
    const answers = await Promise.all(Array.from({ length: 50 }, list));
    expect(answers).toEqual(Array(50).fill({ code: 'token-unavailable', retryAfter: 2 }));
    expect(exchanges()).toBe(1);
  });

  it('for longer with each outage, up to a minute, and from the beginning after a success', async () => {
    misbehave({ kind: 'html' }, 6);
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      const { retryAfter } = await list();
      // The cool-down is up to a tenth shorter at random.
      expect(retryAfter).toBeLessThanOrEqual(seconds);
      expect(retryAfter).toBeGreaterThanOrEqual(seconds * 0.9);
      advance(retryAfter * 1000);
    }
    expect((await list()).code).toBeUndefined();
    service.emulator.tokens.revokeAll();
    misbehave({ kind: 'html' });
    expect((await list()).retryAfter).toBe(5);
  });

  it.each([
    [429, undefined, '77', 77],
    [503, undefined, '3244', 3244],
    [400, refusal, '20', 20],
    [503, undefined, '0', 1],
    [503, undefined, '999999999', 3600],
    [503, undefined, 'Thu, 01 Jan 2026 00:02:00 GMT', 120],
  ])('for as long as IMS says: %d, %j and Retry-After: %s', async (status, body, header, seconds) => {
    misbehave({ kind: 'answer', status, body, headers: { 'Retry-After': header } });
    expect((await list()).retryAfter).toBe(seconds);
    advance(seconds * 1000 - 1);
    expect((await list()).retryAfter).toBe(1);
    advance(1);
    expect((await list()).code).toBeUndefined();
    expect(exchanges()).toBe(2);
  });

  it.each(['invalid_client', 'invalid_scope'])('for minutes when it says %s', async (error) => {
    misbehave({ kind: 'answer', status: 400, body: { error } });
    expect((await list()).retryAfter).toBeGreaterThanOrEqual(270);
    advance(4 * 60_000);
    expect(await list()).toMatchObject({ code: 'credential-refused' });
    expect(exchanges()).toBe(1);
    advance(60_000);
    expect((await list()).code).toBeUndefined();
  });

  it('and readyz says so while the credential is refused and there is no token', async () => {
    misbehave({ kind: 'answer', status: 400, body: refusal });
    await list();
    const { status, body } = await service.send('GET', '/readyz');
    expect({ status, body }).toMatchObject({
      status: 503,
      body: { code: 'not-ready', detail: "Adobe refuses this service's credential." },
    });
    expect((await service.send('GET', '/livez')).status).toBe(200);
    // Or no balancer would send the request that finds out that it is mended.
    advance(5 * 60_000);
    expect((await service.send('GET', '/readyz')).status).toBe(200);
  });

  it('and readyz stays well while an outage lasts, and while the old token lives', async () => {
    misbehave({ kind: 'html' });
    await list();
    expect((await service.send('GET', '/readyz')).status).toBe(200);
    advance(5_000);
    await list();
    misbehave({ kind: 'answer', status: 400, body: refusal });
    advance(0.8 * 24 * 60 * 60 * 1000);
    while (!service.logLines().some(({ error }) => String(error).includes('invalid_client'))) {
      await new Promise(setImmediate);
    }
    expect((await service.send('GET', '/readyz')).status).toBe(200);
    expect((await list()).code).toBeUndefined();
  });
});

describe("the clock's offset to IMS", () => {
  it('is a warning that names it once until it changes notably, and none under 30 s', async () => {
    await using service = await startServiceUnderTest();
    const { clock, misbehaviours } = service.emulator;
    const offsets = [0, 29, 45, 50, -120, 0, -120];
    for (const offset of offsets) {
      const date = new Date(clock.wallNow() + offset * 1000).toUTCString();
      misbehaviours.add({
        route: 'token',
        times: 1,
        how: { kind: 'answer', status: 503, headers: { date } },
      });
      await service.send('GET', '/jobs');
      clock.advance(60_000);
    }
    const warnings = service.logLines().filter(({ msg }) => String(msg).includes('clock'));
    expect(warnings.map(({ level, offsetMs }) => [level, offsetMs])).toEqual([
      ['warn', 45_000],
      ['warn', -120_000],
      ['warn', -120_000],
    ]);
    expect(warnings[1]?.msg).toContain("clock is 120 s ahead of Adobe's");
  });
});
