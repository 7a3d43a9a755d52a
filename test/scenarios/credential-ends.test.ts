import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { permissions } from '../../src/callers/caller.ts';
import { drive, until } from '../support/driving.ts';
import type { EventReader } from '../support/event-reader.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob } from '../support/watching.ts';

const second = 1_000;
const day = 24 * 60 * 60 * second;

describe('when the credential of a caller ends', () => {
  let service: ServiceUnderTest;
  let expiresAtMs: number | undefined;
  let isCurrent: (() => boolean) | undefined;
  let stream: EventReader | undefined;
  beforeEach(async () => {
    [expiresAtMs, isCurrent] = [undefined, undefined];
    const named = { id: 'a', name: 'a', policyName: 'a' };
    const caller = { ...named, permissions: new Set(permissions), sandboxes: ['prod'] };
    service = await startServiceUnderTest({
      cache: 'asConfigured',
      // So that a stream of many days has nothing else to say.
      streams: { heartbeatMs: day },
      identify: () => ({ ...caller, cacheScope: 'everybody', expiresAtMs, isCurrent }),
    });
    putJob(service);
  });
  afterEach(async () => {
    stream?.[Symbol.dispose]();
    await service.stop();
  });

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const wallNow = () => service.emulator.clock.wallNow();
  const events = async () => {
    stream = await followJob(service, '7');
    const opened = stream;
    await until(() => opened.told().length > 0);
    return opened;
  };

  it('its stream says so, says where to resume, and ends', async () => {
    expiresAtMs = wallNow() + 60 * second;
    const opened = await events();
    advance(59 * second);
    expect(opened.state()).toBe('open');
    advance(second);
    await until(() => opened.state() !== 'open');
    expect([opened.told(), opened.state()]).toEqual([['job PROCESSING', 'expired'], 'ended']);
    expect(opened.events().at(-1)?.data).toEqual({ lastEventId: opened.events()[0]?.id });
  });

  it('nobody reads the job for it any more', async () => {
    expiresAtMs = wallNow() + second;
    const opened = await events();
    advance(second);
    await until(() => opened.state() !== 'open');
    service.emulator.requests.clear();
    for (let step = 0; step < 60; step += 1) advance(second);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('after longer than a timer can be, the stream ends then and not before', async () => {
    expiresAtMs = wallNow() + 40 * day;
    const opened = await events();
    const hours = (count: number) => {
      for (let hour = 0; hour < count; hour += 1) advance(3_600 * second);
    };
    hours(40 * 24 - 1);
    expect(opened.told()).not.toContain('expired');
    hours(1);
    await until(() => opened.state() !== 'open');
    expect(opened.told().at(-1)).toBe('expired');
  });

  it('its wait is answered with the job as it is, and nobody waits on', async () => {
    expiresAtMs = wallNow() + 5 * second;
    const started = wallNow();
    const waiting = service.send('GET', '/jobs/7', { headers: { prefer: 'wait=30' } });
    const { value } = await drive(service, waiting);
    expect([value.status, value.body.status]).toEqual([200, 'PROCESSING']);
    expect(wallNow() - started).toBeLessThan(30 * second);
  });

  it('because the operator took its caller out of the list, its stream ends within seconds', async () => {
    let isListed = true;
    isCurrent = () => isListed;
    const opened = await events();
    advance(60 * second);
    expect(opened.state()).toBe('open');
    isListed = false;
    advance(5 * second);
    await until(() => opened.state() !== 'open');
    expect(opened.told()).toEqual(['job PROCESSING', 'expired']);
  });

  it('because the operator took its caller out of the list, its wait tells nothing of the job', async () => {
    let isListed = true;
    isCurrent = () => isListed;
    const waiting = service.send('GET', '/jobs/7', { headers: { prefer: 'wait=5' } });
    await until(() => service.emulator.requests.all('get').length > 0);
    isListed = false;
    const { value } = await drive(service, waiting);
    expect([value.status, value.body.code]).toEqual([401, 'not-authenticated']);
  });

  it('one that does not end keeps its stream', async () => {
    const opened = await events();
    for (let step = 0; step < 10; step += 1) advance(60 * second);
    expect([opened.told(), opened.state()]).toEqual([['job PROCESSING'], 'open']);
  });
});
