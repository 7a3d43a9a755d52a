import { describe, expect, it } from '@jest/globals';
import { pass, settle, until } from '../support/driving.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

describe('a wall clock that is an hour wrong all the time', () => {
  it.each([-hour, hour])('by %d ms tells the same progress, and learns the same times', async (byMs) => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    const { clock } = service.emulator;
    clock.shiftWall(byMs);
    const first = await startExport(service);
    await pass(service, 4 * minute, minute);
    await service.send('GET', `/jobs/${first}`);
    const { body } = await service.send('GET', `/jobs/${await startExport(service)}`);
    const startedAt = new Date(clock.adobe.wallNow()).toISOString();
    expect(body.progress).toMatchObject({ startedAt, typicalMs: 4 * minute });
  });

  it('and behind, asks for a job of the past no more often than for any other', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    putJob(service, { creationTime: service.emulator.clock.adobe.wallNow() });
    service.emulator.clock.shiftWall(-hour);
    using _stream = await followJob(service, '7');
    await pass(service, 10 * minute, 5 * second);
    service.emulator.requests.clear();
    await pass(service, minute, 5 * second);
    expect(readsOf(service)).toBeLessThanOrEqual(3);
  });
});

describe('a machine that was suspended for hours', () => {
  it('wakes without a burst: the jobs that are followed are asked for over two seconds', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    const ids = Array.from({ length: 60 }, (_, nth) => nth + 1);
    for (const id of ids) putJob(service, { id });
    const streams = await Promise.all(ids.map((id) => followJob(service, String(id))));
    await until(() => readsOf(service) === 60);
    service.emulator.requests.clear();
    service.emulator.clock.suspend(8 * hour);
    await settle(service);
    expect(readsOf(service)).toBe(0);
    await pass(service, second, 100);
    const inTheFirst = readsOf(service);
    await pass(service, second, 100);
    expect(inTheFirst).toBeGreaterThan(10);
    expect(inTheFirst).toBeLessThan(50);
    expect(readsOf(service)).toBeGreaterThanOrEqual(60);
    for (const stream of streams) stream[Symbol.dispose]();
  });

  it('answers with nothing that was fresh before', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    putJob(service);
    await service.send('GET', '/jobs/7');
    service.emulator.clock.suspend(8 * hour);
    putJob(service, { status: 'SUCCEEDED' });
    expect((await service.send('GET', '/jobs/7')).body.status).toBe('SUCCEEDED');
  });
});
