import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pass, settle, until } from '../support/driving.ts';
import { json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

describe('a stream of events, while Platform fails,', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured' });
  });
  afterEach(() => service.stop());

  const down = (status = 503) => {
    service.emulator.misbehaviours.clear();
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'empty', status } });
  };

  it('opens all the same, says so with a problem, and goes on as soon as Platform is back', async () => {
    putJob(service);
    down();
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    expect([stream.status, stream.told()]).toEqual([200, ['trouble']]);
    expect(stream.events()[0]).toMatchObject({
      id: '',
      data: { code: 'platform-failed', status: 502, retryable: true, instance: '/jobs/7/events' },
    });
    service.emulator.misbehaviours.clear();
    await pass(service, 10_000);
    expect([stream.told(), stream.state()]).toEqual([['trouble', 'recovered', 'job PROCESSING'], 'open']);
  });

  it('tells the present state after trouble at its opening, also of a job that was known long ago', async () => {
    putJob(service);
    await service.send('GET', '/jobs/7');
    await pass(service, 120_000, 60_000);
    down();
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.clear();
    await pass(service, 10_000);
    expect(stream.told()).toEqual(['trouble', 'recovered', 'job PROCESSING']);
  });

  it('tells of a job that had ended long ago, and ends, after trouble at its opening', async () => {
    putJob(service, { status: 'SUCCEEDED' });
    await service.send('GET', '/jobs/7');
    // An hour later a cancel of our own makes us forget; that the job has ended, we could not read.
    service.emulator.clock.advance(3_600_000);
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: json(503, {}) });
    expect((await service.send('DELETE', '/jobs/7')).status).toBe(422);
    down();
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.clear();
    await pass(service, 10_000);
    await until(() => stream.state() === 'ended');
    expect(stream.told()).toEqual(['trouble', 'recovered', 'job SUCCEEDED', 'done']);
  });

  it('tells nothing twice to whoever comes back during the trouble', async () => {
    putJob(service);
    const { headers } = await service.send('GET', '/jobs/7');
    await pass(service, 120_000, 60_000);
    down();
    const lastSeen = { 'last-event-id': String(headers.etag?.replaceAll('"', '')) };
    using stream = await followJob(service, '7', { headers: lastSeen });
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.clear();
    await pass(service, 10_000);
    expect(stream.told()).toEqual(['trouble', 'recovered']);
  });

  it('is told of each kind of trouble once, of its end once, and loses no change', async () => {
    const id = await startExport(service);
    using stream = await followJob(service, id);
    await pass(service, 5_000);
    down();
    await pass(service, 120_000);
    expect(stream.told()).toEqual(['job NEW', 'trouble']);
    down(429);
    await pass(service, 120_000);
    expect(stream.told()).toEqual(['job NEW', 'trouble', 'trouble']);
    expect(stream.events().map(({ data }) => data.code)).toEqual([
      undefined,
      'platform-failed',
      'platform-throttled',
    ]);
    // Trouble is no state to come back to.
    expect(new Set(stream.events().map((event) => event.id)).size).toBe(1);
    service.emulator.misbehaviours.clear();
    await pass(service, 80_000);
    await until(() => stream.state() === 'ended');
    expect(stream.told().slice(3)).toEqual(['recovered', 'job SUCCEEDED', 'done']);
    const warned = service.logLines().filter(({ level }) => level === 'warn');
    expect(warned).toEqual([
      expect.objectContaining({ jobId: id, code: 'platform-failed' }),
      expect.objectContaining({ jobId: id, code: 'platform-throttled' }),
    ]);
  });

  it('is told of trouble that lasts, whoever comes in the middle of it', async () => {
    putJob(service);
    using first = await followJob(service, '7');
    await until(() => first.events().length === 1);
    down();
    await pass(service, 5_000);
    using second = await followJob(service, '7');
    await until(() => second.events().length === 2);
    // What is known is recent enough to be told; that it is not of now is told with it.
    expect(second.told()).toEqual(['job PROCESSING', 'trouble']);
    service.emulator.misbehaviours.clear();
    await pass(service, 30_000);
    expect([first.told(), second.told()]).toEqual([
      ['job PROCESSING', 'trouble', 'recovered'],
      ['job PROCESSING', 'trouble', 'recovered'],
    ]);
  });

  it('takes up trouble that somebody else has met first', async () => {
    putJob(service, { createdAt: 0 });
    using first = await followJob(service, '7');
    await until(() => first.events().length === 1);
    await pass(service, 1_500);
    down();
    using second = await followJob(service, '7');
    await until(() => second.events().length === 2);
    expect([first.told(), second.told()]).toEqual([
      ['job PROCESSING', 'trouble'],
      ['job PROCESSING', 'trouble'],
    ]);
  });

  it('ends with the problem when there is no such job any more, and the next one is not a stream', async () => {
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.add({ route: 'get', how: json(404, { status: 404, title: 'none' }) });
    await pass(service, 5_000);
    await until(() => stream.state() === 'ended');
    expect(stream.told()).toEqual(['job PROCESSING', 'trouble']);
    expect(stream.events()[1]?.data).toMatchObject({ code: 'job-not-found', status: 404 });
    using next = await followJob(service, '7');
    expect(next.status).toBe(404);
  });

  it('waits for as long as Platform asks, and longer after each failure, and asks no more often', async () => {
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.add({
      route: 'get',
      times: 1,
      how: json(429, { error_code: '429050', message: 'slow down' }, { 'retry-after': '40' }),
    });
    await pass(service, 2_000);
    expect([stream.told().at(-1), readsOf(service)]).toEqual(['trouble', 2]);
    await pass(service, 39_000);
    expect(readsOf(service)).toBe(2);
    down();
    await pass(service, 1_500);
    expect(readsOf(service)).toBe(3);
    service.emulator.requests.clear();
    await pass(service, 300_000);
    // 8, 16 and 32 s, and then a minute, each a quarter more or less.
    expect(readsOf(service)).toBeGreaterThanOrEqual(5);
    expect(readsOf(service)).toBeLessThanOrEqual(10);
    await settle(service);
    expect(stream.state()).toBe('open');
  });
});
