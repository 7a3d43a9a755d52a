import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { delayNext, startKeeping } from '../support/keeping.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;
const minute = 60 * second;

type Scope = readonly [sandbox: string, permission: string];

/** Pairs that would be the same if names were glued together without care. */
const pairs: readonly (readonly [Scope, Scope])[] = [
  [
    ['prod', 'a'],
    ['prod', 'b'],
  ],
  [
    ['prod', 'a'],
    ['dev', 'a'],
  ],
  [
    ['prod', ''],
    ['prod', 'a'],
  ],
  [
    ['prod', 'a'],
    ['prod', 'a/b'],
  ],
  [
    ['prod', '/a'],
    ['prod', 'a'],
  ],
  [
    ['prod', 'a@1'],
    ['prod', 'a'],
  ],
  [
    ['prod', '@0'],
    ['prod', ''],
  ],
  [
    ['dev', 'prod/100'],
    ['prod', '100/dev'],
  ],
];

describe.each(pairs)('between %j and %j nothing is shared', (one, other) => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    const callerOf = ({ headers }: { headers: Record<string, unknown> }) => ({
      id: 'one',
      permission: JSON.parse(String(headers['x-permission'])),
    });
    service = await startKeeping({ callerOf });
    for (const [sandbox, from] of [
      ['prod', 0],
      ['dev', 200],
    ] as const) {
      const totalTime = { startTimeInMs: 1, endTimeInMs: 1 + minute, totalTimeInMs: minute };
      service.emulator.jobs.put(sandbox, { id: 100 + from, status: 'SUCCEEDED', metrics: { totalTime } });
      service.emulator.jobs.put(sandbox, { id: 101 + from, status: 'PROCESSING', creationTime: now() });
    }
  });
  afterEach(() => service.stop());

  const now = () => service.emulator.clock.wallNow();
  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const calls = () => service.emulator.requests.all().filter(({ route }) => route !== 'token').length;
  const headersOf = ([sandbox, permission]: Scope) => ({
    'x-sandbox-name': sandbox,
    'x-permission': JSON.stringify(permission),
  });
  const idIn = ([sandbox]: Scope, id: number) => (sandbox === 'prod' ? id : id + 200);
  const list = (scope: Scope) => service.send('GET', '/jobs', { headers: headersOf(scope) });
  const get = (scope: Scope, id: number) =>
    service.send('GET', `/jobs/${idIn(scope, id)}`, { headers: headersOf(scope) });

  it('of what is cached: job, list, and stale answers', async () => {
    await get(one, 100);
    await list(one);
    expect(calls()).toBe(2);
    const theirs = [await get(other, 100), await list(other)];
    for (const { headers } of theirs) expect(headers['cache-status']).toMatch(/fwd=uri-miss; stored$/);
    expect(calls()).toBe(4);
    expect(theirs[0]?.body.id).toBe(String(idIn(other, 100)));
  });

  it('of what is served while Platform fails', async () => {
    await get(one, 101);
    await list(one);
    advance(2 * second);
    service.emulator.misbehaviours.add({ how: { kind: 'html', status: 500 } });
    expect([(await get(one, 101)).status, (await list(one)).status]).toEqual([200, 200]);
    expect([(await get(other, 101)).status, (await list(other)).status]).toEqual([502, 502]);
  });

  it('of a read under way', async () => {
    for (const ask of [list, (scope: Scope) => get(scope, 101)]) {
      service.emulator.requests.clear();
      delayNext(service, ask === list ? 'list' : 'get', second);
      const slow = ask(one);
      slow.catch(() => {});
      await until(() => calls() === 1);
      expect((await ask(other)).headers['cache-status']).not.toContain('collapsed');
      expect(calls()).toBe(2);
      advance(second);
      await slow;
      advance(2 * second);
    }
  });

  it('of what was learned about run times', async () => {
    await get(one, 100);
    expect((await get(one, 101)).body.progress.typicalMs).toBe(minute);
    expect((await get(other, 101)).body.progress).not.toHaveProperty('typicalMs');
  });
});

describe('a scope', () => {
  it('is shared by all callers of the same permission', async () => {
    let callers = 0;
    const callerOf = () => {
      callers += 1;
      return { id: `caller-${callers}`, permission: 'all' };
    };
    await using service = await startKeeping({ callerOf });
    service.emulator.jobs.put('prod', { id: 100, status: 'SUCCEEDED' });
    for (let nth = 0; nth < 5; nth += 1) await service.send('GET', '/jobs/100');
    expect(service.emulator.requests.all('get')).toHaveLength(1);
  });

  it('is of a sandbox, whether it was named or is the one by default', async () => {
    await using service = await startKeeping();
    service.emulator.jobs.put('prod', { id: 100, status: 'SUCCEEDED' });
    await service.send('GET', '/jobs/100');
    await service.send('GET', '/jobs/100', { headers: { 'x-sandbox-name': 'prod' } });
    expect(service.emulator.requests.all('get')).toHaveLength(1);
  });
});
