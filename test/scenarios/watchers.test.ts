import { afterEach, describe, expect, it } from '@jest/globals';
import { pass, settle, until } from '../support/driving.ts';
import {
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  startServiceUnderTest,
} from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

describe('the watcher of a job', () => {
  let service: ServiceUnderTest;
  afterEach(() => service.stop());
  const start = async (options: ServiceUnderTestOptions = {}) => {
    service = await startServiceUnderTest({ cache: 'asConfigured', ...options });
  };

  /** How often Platform is asked by `count` streams that watch one export to its end. */
  async function readsFor(count: number): Promise<number> {
    await using one = await startServiceUnderTest({ cache: 'asConfigured' });
    const id = await startExport(one);
    // So that what our own create has told needs to be asked again.
    await pass(one, 1_500);
    const streams = await Promise.all(Array.from({ length: count }, () => followJob(one, id)));
    await pass(one, 265_000);
    await until(() => streams.every((stream) => stream.state() === 'ended'));
    expect(new Set(streams.map((stream) => stream.told().join()))).toEqual(
      new Set(['job NEW,job PROCESSING,job SUCCEEDED,done']),
    );
    return readsOf(one);
  }

  it('asks for a thousand streams as often as for one', async () => {
    await start();
    const reads = await readsFor(1);
    expect(reads).toBeGreaterThan(5);
    expect(await readsFor(1_000)).toBe(reads);
  });

  it('is quick at first, slower in the middle, and as quick as at first when exports use to end', async () => {
    await start();
    const earlier = await startExport(service);
    await pass(service, 240_000, 60_000);
    await service.send('GET', `/jobs/${earlier}`);
    const id = await startExport(service);
    using stream = await followJob(service, id);
    const readsIn = async (ms: number) => {
      service.emulator.requests.clear();
      await pass(service, ms);
      return readsOf(service);
    };
    expect(await readsIn(10_000)).toBeGreaterThanOrEqual(4);
    expect(await readsIn(60_000)).toBeLessThanOrEqual(5);
    await pass(service, 150_000);
    expect(stream.state()).toBe('open');
    // Within ten seconds of where the one before has ended.
    expect(await readsIn(22_000)).toBeGreaterThanOrEqual(6);
    await until(() => stream.state() === 'ended');
  });

  it('asks for nothing that somebody else has just asked', async () => {
    await start();
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    // One of many who poll beside it, twice in the time that it is fresh.
    for (let second = 0; second < 10; second += 0.5) {
      await service.send('GET', '/jobs/7');
      await pass(service, 500);
    }
    expect(readsOf(service)).toBeLessThanOrEqual(11);
  });

  it('asks for nothing at all while others ask often enough', async () => {
    await start();
    // Old enough for half a minute between two looks.
    putJob(service, { creationTime: service.emulator.clock.wallNow() - 600_000 });
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.requests.clear();
    for (let time = 1; time <= 10; time += 1) {
      await pass(service, 20_000, 5_000);
      await service.send('GET', '/jobs/7');
    }
    expect(readsOf(service)).toBe(10);
  });

  it('tells at once what somebody else was told by Platform, and what a list has shown', async () => {
    await start();
    putJob(service);
    using stream = await followJob(service, '7');
    await pass(service, 1_500);
    putJob(service, { updateTime: 1 });
    await service.send('GET', '/jobs/7');
    await until(() => stream.events().length === 2);
    await pass(service, 1_500);
    putJob(service, { updateTime: 2 });
    const reads = readsOf(service);
    await service.send('GET', '/jobs');
    await until(() => stream.events().length === 3);
    expect(readsOf(service)).toBe(reads);
  });

  it('looks at once after a cancel through us', async () => {
    await start();
    const id = await startExport(service);
    using stream = await followJob(service, id);
    await pass(service, 60_000);
    await service.send('DELETE', `/jobs/${id}`);
    // The clock stands still.
    await until(() => stream.told().at(-1) === 'job CANCELLING');
  });

  it('stops, with its timer, when nobody watches any more', async () => {
    await start();
    putJob(service);
    await service.send('GET', '/jobs/7');
    const alarms = service.emulator.clock.alarms();
    const streams = [await followJob(service, '7'), await followJob(service, '7')];
    await pass(service, 5_000);
    const reads = readsOf(service);
    streams[0]?.[Symbol.dispose]();
    await settle(service);
    await pass(service, 5_000);
    expect(readsOf(service)).toBeGreaterThan(reads);
    streams[1]?.[Symbol.dispose]();
    await until(() => service.emulator.clock.alarms() === alarms);
    service.emulator.requests.clear();
    await pass(service, 60_000);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('aborts its call to Platform when the last one who watches leaves', async () => {
    await start();
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    service.emulator.clock.advance(2_000);
    await until(() => service.emulator.requests.open() === 1);
    stream[Symbol.dispose]();
    // The clock stands still: no time-out has a part in this.
    await until(() => service.emulator.requests.open() === 0);
  });

  it('stops, with its alarm, when the job is done', async () => {
    await start();
    const id = await startExport(service);
    const alarms = service.emulator.clock.alarms();
    using stream = await followJob(service, id);
    await pass(service, 265_000);
    await until(() => stream.state() === 'ended' && service.emulator.clock.alarms() === alarms);
    service.emulator.requests.clear();
    await pass(service, 60_000);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('tells of no change where there is none, also where nothing is kept', async () => {
    await start({ cache: { finalFreshForMs: 0, freshForMs: 0, staleIfErrorMs: 0 } });
    putJob(service);
    using stream = await followJob(service, '7');
    await pass(service, 20_000);
    expect(stream.told()).toEqual(['job PROCESSING']);
    putJob(service, { status: 'SUCCEEDED' });
    await pass(service, 10_000);
    await until(() => stream.state() === 'ended');
    expect(stream.told()).toEqual(['job PROCESSING', 'job SUCCEEDED', 'done']);
  });
});
