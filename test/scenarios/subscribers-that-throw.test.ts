import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { startEmulator } from '../../emulator/emulator.ts';
import { exportJobs } from '../../src/index.ts';
import type { Log } from '../../src/observability/log.ts';
import { by, commandFor } from '../support/changing.ts';
import { settle, until } from '../support/driving.ts';
import { type JobsUnderTest, startJobsUnderTest } from '../support/jobs-under-test.ts';

const scope = { sandbox: 'prod', permission: 'all' };
const context = { ...scope, requestId: 'r' };
const job = { scope, id: '7' };
const fail = () => {
  throw new Error('thrown on purpose');
};

describe('a subscriber that throws', () => {
  const put = ({ emulator }: JobsUnderTest, status: string) => emulator.jobs.put('prod', { id: 7, status });
  const complaints = ({ logLines }: JobsUnderTest) =>
    logLines().filter(({ error }) => String(error).includes('thrown on purpose'));

  it('is logged, and hurts neither who reads the job nor who else watches it', async () => {
    await using room = await startJobsUnderTest();
    put(room, 'NEW');
    await room.jobs.get('7', context);
    const told: string[] = [];
    room.jobs.watch(job, fail);
    room.jobs.watch(job, (event) => told.push(event.kind));
    put(room, 'PROCESSING');
    room.emulator.clock.advance(1_000);
    expect((await room.jobs.get('7', context)).cached.state.status).toBe('PROCESSING');
    expect(told).toEqual(['change']);
    expect(complaints(room)).toMatchObject([{ level: 'error', what: 'a listener to a job' }]);
  });

  it('hurts neither a list nor a create that tells of its job', async () => {
    await using room = await startJobsUnderTest();
    put(room, 'NEW');
    room.jobs.watch(job, fail);
    room.jobs.watch({ scope, id: '101' }, fail);
    put(room, 'PROCESSING');
    expect((await room.jobs.list({ limit: 10 }, context)).cached.next).toBeNull();
    const created = await room.jobs.create(commandFor({ datasetId: 'd', allProfiles: true }), {
      ...context,
      by,
    });
    expect(created.id).toBe('101');
  });

  it('does not end the watching: the job is still read, and its end is told', async () => {
    await using room = await startJobsUnderTest();
    put(room, 'NEW');
    await room.jobs.get('7', context);
    const alarms = room.emulator.clock.alarms();
    const told: string[] = [];
    room.jobs.watch(job, fail);
    room.jobs.watch(job, (event) => told.push(event.kind));
    for (const status of ['PROCESSING', 'SUCCEEDED']) {
      put(room, status);
      room.emulator.clock.advance(2_000);
      await settle(room);
    }
    expect(told).toEqual(['change', 'change']);
    expect(room.emulator.clock.alarms()).toBe(alarms);
  });

  it('keeps nobody from hearing that the job cannot be read, or that the service stops', async () => {
    await using room = await startJobsUnderTest();
    const error = new Error('cannot be read');
    const alarms = room.emulator.clock.alarms();
    const told: string[] = [];
    // Told at once, before there is a way to leave.
    const leave = room.jobs.watch({ ...job, error }, fail);
    room.jobs.watch(job, (event) => told.push(event.kind));
    expect(told).toEqual(['error']);
    leave();
    room.jobs.watch(job, fail);
    room.jobs.stopWatching();
    room.jobs.watch(job, fail);
    expect(told).toEqual(['error', 'stopping']);
    expect(room.emulator.clock.alarms()).toBe(alarms);
    room.jobs.close();
    expect(room.emulator.clock.alarms()).toBe(0);
  });

  // As Node's EventEmitter does: https://nodejs.org/api/events.html#emitteroneventname-listener
  it('nor is one that watches twice lost when it leaves once', async () => {
    await using room = await startJobsUnderTest();
    put(room, 'NEW');
    const told: string[] = [];
    const listener = (event: { readonly kind: string }) => told.push(event.kind);
    const leave = room.jobs.watch(job, listener);
    room.jobs.watch(job, listener);
    leave();
    leave();
    await room.jobs.get('7', context);
    expect(told).toEqual(['change']);
    put(room, 'PROCESSING');
    room.emulator.clock.advance(2_000);
    await settle(room);
    expect(told).toEqual(['change', 'change']);
  });

  it('an observer of calls is one of them: those who share the reading get it', async () => {
    await using room = await startJobsUnderTest();
    put(room, 'NEW');
    const [first, second] = await Promise.all([
      room.jobs.get('7', { ...context, observe: fail }),
      room.jobs.get('7', context),
    ]);
    expect([first.cached.state.status, second.source]).toMatchObject(['NEW', { coalesced: true }]);
    await room.jobs.cancel('7', { ...context, by, observe: fail });
    expect(room.emulator.requests.all('cancel')).toHaveLength(1);
  });
});

describe('a host application’s log that throws', () => {
  it.each([
    ['at once', fail],
    ['later', async () => fail()],
  ])('%s, costs lines and nothing else', async (_when, write) => {
    const emulator = await startEmulator();
    const log: Log = { info: write, warn: write, error: write };
    const { clientId, clientSecret, orgId } = emulator.credential;
    const middleware = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      log,
    });
    const app = express().use('/exports', middleware);
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('uncaughtException', note).on('unhandledRejection', note);
    emulator.jobs.put('prod', { id: 7, status: 'NEW' });
    expect((await request(app).get('/exports/jobs/7')).status).toBe(200);
    expect((await request(app).get('/exports/jobs/8')).status).toBe(404);
    await until(() => emulator.requests.open() === 0);
    await settle({ emulator });
    process.off('uncaughtException', note).off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    await middleware.close();
    await emulator.close();
  });
});
