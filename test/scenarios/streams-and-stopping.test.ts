import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { exportJobs } from '../../src/index.ts';
import { pass, settle, until } from '../support/driving.ts';
import { openEvents } from '../support/event-reader.ts';
import { startProgram } from '../support/program.ts';
import {
  emulatorEnv,
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  startServiceUnderTest,
} from '../support/service-under-test.ts';
import { followJob, putJob, startExport } from '../support/watching.ts';

describe('a service that stops', () => {
  let service: ServiceUnderTest;
  // Each test has stopped the service itself.
  afterEach(() => service.emulator.close());
  const start = async (stop: ServiceUnderTestOptions['stop'] = {}) => {
    service = await startServiceUnderTest({ cache: 'asConfigured', stop });
    putJob(service);
  };

  it('sends streams away with a hint when to come back, and does not wait for its deadline', async () => {
    await start();
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    // The clock stands still: no deadline has a part in this.
    await service.running.stop();
    await until(() => stream.state() !== 'open');
    expect([stream.told(), stream.state()]).toEqual([['job PROCESSING', 'stopping'], 'ended']);
    const { reconnectInMs } = stream.events()[1]?.data ?? {};
    expect(reconnectInMs).toBe(stream.retryMs());
    // Three seconds, half of it more or less.
    expect(reconnectInMs).toBeGreaterThanOrEqual(1_500);
    expect(reconnectInMs).toBeLessThanOrEqual(4_500);
    // The id of what was seen stays.
    expect(stream.events()[1]?.id).toBe(stream.events()[0]?.id);
  });

  it('spreads those who come back', async () => {
    await start();
    const streams = await Promise.all(Array.from({ length: 20 }, () => followJob(service, '7')));
    await service.running.stop();
    await until(() => streams.every((stream) => stream.state() === 'ended'));
    expect(new Set(streams.map((stream) => stream.retryMs())).size).toBeGreaterThan(10);
  });

  it('keeps streams until the balancer leads elsewhere, and opens new ones', async () => {
    await start({ keepServingMs: 5_000 });
    using stream = await followJob(service, '7');
    const stopped = service.running.stop();
    await pass(service, 4_000);
    putJob(service, { updateTime: 1 });
    using late = await followJob(service, '7');
    await pass(service, 500);
    expect([stream.state(), late.status, late.headers.connection]).toEqual(['open', 200, 'close']);
    await pass(service, 1_000);
    await stopped;
    await until(() => [stream, late].every((one) => one.state() === 'ended'));
    expect([stream.told().at(-1), late.told().at(-1)]).toEqual(['stopping', 'stopping']);
  });

  it('answers those who wait at once, with what is known', async () => {
    await start();
    await service.send('GET', '/jobs/7');
    const alarms = service.emulator.clock.alarms();
    const waiting = service.send('GET', '/jobs/7', { headers: { prefer: 'wait=30' } });
    waiting.catch(() => {});
    await until(() => service.emulator.clock.alarms() > alarms);
    await service.running.stop();
    const { status, headers } = await waiting;
    expect([status, headers['preference-applied']]).toEqual([200, 'wait=30']);
  });

  it('leaves one line in the log for each stream', async () => {
    await start();
    using _one = await followJob(service, '7');
    using _two = await followJob(service, '7');
    await service.running.stop();
    await settle(service);
    const lines = service.logLines().filter(({ route }) => route === '/jobs/:id/events');
    expect(lines.map(({ status, aborted }) => [status, aborted])).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
  });

  it('asks Platform nothing more for those who followed', async () => {
    await start();
    const id = await startExport(service);
    using _stream = await followJob(service, id);
    await service.running.stop();
    expect(service.emulator.clock.alarms()).toBe(0);
  });
});

describe('exportJobs(), closed by its host,', () => {
  it('sends streams away, and those who come after', async () => {
    await using service = await startServiceUnderTest();
    const { clientId, clientSecret, orgId } = service.emulator.credential;
    const jobs = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: service.emulator.url },
      platform: { url: service.emulator.url },
      clock: service.emulator.clock,
      overload: { lagMs: 600_000 },
    });
    putJob(service);
    const server = createServer(express().use(jobs)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${Object(server.address()).port}/jobs/7/events`;
    using stream = await openEvents(url);
    await until(() => stream.events().length === 1);
    await jobs.close();
    // What is known is of this moment, and can still be told.
    using late = await openEvents(url);
    await until(() => [stream, late].every((one) => one.state() === 'ended'));
    server.close();
    expect([stream.told(), late.told()]).toEqual([
      ['job PROCESSING', 'stopping'],
      ['job PROCESSING', 'stopping'],
    ]);
  });
});

describe('a process that is sent SIGTERM while somebody follows a job', () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  it('sends the stream away and ends with 0 by itself, long before its deadline', async () => {
    emulator = await startEmulator();
    emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
    await using program = startProgram('test/support/process-under-test.ts', {
      env: emulatorEnv(emulator),
      args: [JSON.stringify({ keepServingMs: 0, deadlineMs: 600_000 })],
    });
    const [, url = ''] = await program.waitFor(/"url":"(http[^"]+)"/);
    using stream = await openEvents(`${url}/jobs/7/events`);
    await until(() => stream.events().length === 1);
    program.process.kill('SIGTERM');
    expect(await program.ended()).toBe(0);
    await until(() => stream.state() === 'ended');
    expect(stream.told()).toEqual(['job PROCESSING', 'stopping']);
    expect(program.output()).toContain('"route":"/jobs/:id/events","status":200');
  });
});
