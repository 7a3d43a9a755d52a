import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { until } from '../support/driving.ts';
import { jwtEnv, type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const day = 24 * 60 * 60 * 1000;
const failed = 'The token could not be renewed';

describe.each(['oauth', 'jwt'] as const)('the life of a token by %s', (credential) => {
  const route = credential === 'oauth' ? 'token' : 'jwt';
  let service: ServiceUnderTest;

  beforeEach(async () => {
    service = await startServiceUnderTest((emulator) => ({
      ...(credential === 'jwt' && { env: jwtEnv(emulator) }),
    }));
    // One for each caller, because those who ask for the same job would share a call.
    for (let id = 100; id < 200; id += 1) service.emulator.jobs.put('prod', { id, status: 'SUCCEEDED' });
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const exchanges = () => service.emulator.requests.all(route).length;
  const upstreamTokens = () =>
    service.emulator.requests.all('get').map(({ headers }) => headers.authorization);
  const get = (_caller?: unknown, nth = 0) => service.send('GET', `/jobs/${100 + nth}`);
  const failures = () => service.logLines().filter(({ msg }) => msg === failed);
  const misbehave = (how: Misbehaviour['how']) => service.emulator.misbehaviours.add({ route, how });
  const recover = () => service.emulator.misbehaviours.clear();

  it('Promise 1: a hundred callers at once cost one exchange, after a failure too', async () => {
    misbehave({ kind: 'html' });
    const refused = await Promise.all(Array.from({ length: 100 }, get));
    expect(refused.map(({ status }) => status)).toEqual(Array(100).fill(503));
    expect(exchanges()).toBe(1);
    recover();
    advance(5_000);
    const served = await Promise.all(Array.from({ length: 100 }, get));
    expect(served.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(exchanges()).toBe(2);
  });

  it('is renewed at 80 % in the background, while callers are served with the old one', async () => {
    await get();
    misbehave({ kind: 'hang' });
    advance(day * 0.75 - 60_000);
    expect(exchanges()).toBe(1);
    advance(day * 0.05 + 60_000);
    await until(() => exchanges() === 2);
    expect((await get()).status).toBe(200);
    expect(new Set(upstreamTokens()).size).toBe(1);
    expect(exchanges()).toBe(2);
  });

  it('is renewed before anybody misses it', async () => {
    await get();
    advance(day * 0.8);
    await until(() => exchanges() === 2);
    while (new Set(upstreamTokens()).size === 1) await get();
    advance(day * 0.7);
    expect((await get()).status).toBe(200);
    expect(exchanges()).toBe(2);
  });

  it('Promise 2: IMS down for less than the rest of the life is not one failed call', async () => {
    await get();
    misbehave({ kind: 'html', status: 503 });
    advance(day * 0.8);
    for (let nth = 1; nth <= 8; nth += 1) {
      await until(() => failures().length === nth);
      const answers = await Promise.all(Array.from({ length: 10 }, get));
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
      advance(60_000);
    }
    await until(() => failures().length === 9);
    expect(exchanges()).toBe(10);
    await get();
    recover();
    const [before] = upstreamTokens();
    advance(60_000);
    while (upstreamTokens().at(-1) === before) expect((await get()).status).toBe(200);
  });

  it('Promise 2: IMS down for longer is 503 with Retry-After at once, and nothing hangs', async () => {
    await get();
    misbehave({ kind: 'html', status: 503 });
    advance(day * 0.8);
    await until(() => failures().length === 1);
    await get();
    recover();
    misbehave({ kind: 'hang' });
    advance(day * 0.2);
    await until(() => exchanges() === 3);
    service.emulator.requests.clear();
    const answers = await Promise.all(Array.from({ length: 20 }, get));
    expect(answers.map(({ body }) => body.code)).toEqual(Array(20).fill('token-unavailable'));
    expect(answers.map(({ headers }) => headers['retry-after'])).toEqual(Array(20).fill('5'));
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('Promise 3: a hundred parallel refusals of one token cause one renewal and a hundred single retries', async () => {
    await get();
    service.emulator.tokens.revokeAll();
    service.emulator.requests.clear();
    const answers = await Promise.all(Array.from({ length: 100 }, get));
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(exchanges()).toBe(1);
    // Those who came after the renewal had no refusal to try again after.
    const calls = service.logLines().map(({ upstreamCalls }) => Number(upstreamCalls));
    expect(Math.max(...calls.slice(-100))).toBe(2);
    const renewed = upstreamTokens().at(-1);
    expect(upstreamTokens().filter((token) => token === renewed)).toHaveLength(100);
  });

  it('Promise 3: 401013 for every token is 502, and costs one exchange in ten seconds', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'refuse-token' } });
    for (let nth = 0; nth < 20; nth += 1) {
      expect((await get()).body).toMatchObject({ status: 502, code: 'platform-refused-us' });
    }
    expect(exchanges()).toBe(2);
    advance(10_000);
    await Promise.all(Array.from({ length: 20 }, get));
    expect(exchanges()).toBe(3);
  });

  it('keeps no process alive and leaves no timer when the service has stopped', async () => {
    // While it runs it looks for creates that a dead process has left behind.
    expect(service.emulator.clock.alarms()).toBe(1);
    await get();
    expect(service.emulator.clock.alarms()).toBe(2);
    await service.running.stop();
    expect(service.emulator.clock.alarms()).toBe(0);
  });
});
