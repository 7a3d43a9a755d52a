import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startKeeping } from '../support/keeping.ts';
import type { SendOptions, ServiceUnderTest } from '../support/service-under-test.ts';

const minute = 60_000;

describe('progress', () => {
  let service: ServiceUnderTest;
  let lastId: number;
  beforeEach(async () => {
    lastId = 1_000;
    service = await startKeeping();
  });
  afterEach(() => service.stop());

  const now = () => service.emulator.clock.wallNow();
  const time = (ms: number) => new Date(ms).toISOString();
  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const get = (id: number | string, options?: SendOptions) => service.send('GET', `/jobs/${id}`, options);
  const inDev: SendOptions = { headers: { 'x-sandbox-name': 'dev' } };

  /** A job that runs from now on, for four minutes: NEW for the first 24 s, then PROCESSING. */
  const begin = (sandbox = 'prod') => String(service.emulator.jobs.create(sandbox, {}).id);

  /** A job that has ended a while ago and took so long. */
  function put(
    durationMs: number,
    status = 'SUCCEEDED',
    sandbox = 'prod',
    endedAtMs = now() - minute,
  ): number {
    lastId += 1;
    const startTimeInMs = endedAtMs - durationMs;
    const totalTime = { startTimeInMs, endTimeInMs: endedAtMs, totalTimeInMs: durationMs };
    service.emulator.jobs.put(sandbox, { id: lastId, status, metrics: { totalTime } });
    return lastId;
  }
  async function learn(...durations: number[]): Promise<void> {
    for (const durationMs of durations) await get(put(durationMs));
  }

  it('says when it began, and no more until something is known', async () => {
    expect((await get(begin())).body.progress).toEqual({ startedAt: time(now()) });
  });

  it('is absent where Platform does not say when it began, and on a job that is done', async () => {
    await learn(minute);
    service.emulator.jobs.put('prod', { id: 1, status: 'PROCESSING' });
    expect((await get(1)).body).not.toHaveProperty('progress');
    for (const status of ['SUCCEEDED', 'FAILED', 'CANCELLED']) {
      expect((await get(put(minute, status))).body).not.toHaveProperty('progress');
    }
  });

  it('is what exports took that were seen here, in the middle', async () => {
    await learn(9 * minute, 5 * minute, 6 * minute);
    const began = now();
    expect((await get(begin())).body.progress).toEqual({
      startedAt: time(began),
      typicalMs: 6 * minute,
      estimatedDoneAt: time(began + 6 * minute),
    });
  });

  it('is learned from a list as well, and is in it', async () => {
    put(5 * minute);
    put(7 * minute);
    await service.send('GET', '/jobs');
    const id = begin();
    const { body } = await service.send('GET', '/jobs?limit=1');
    expect(body.jobs[0]).toMatchObject({ id, progress: { typicalMs: 6 * minute } });
    expect((await get(id)).body).toEqual(body.jobs[0]);
  });

  it('is in the answer to a create', async () => {
    await learn(5 * minute);
    const { body } = await service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
    expect(body.progress).toEqual({
      startedAt: time(now()),
      typicalMs: 5 * minute,
      estimatedDoneAt: time(now() + 5 * minute),
    });
  });

  it('is settled: its tag holds while time passes and other exports end', async () => {
    await learn(5 * minute);
    const id = begin();
    advance(minute);
    const first = await get(id);
    for (let steps = 0; steps < 5; steps += 1) {
      await learn(9 * minute, 10 * minute);
      advance(30_000);
      const again = await get(id);
      expect([again.headers.age, again.headers.etag]).toEqual(['0', first.headers.etag]);
    }
    expect((await get(id)).body.status).toBe('PROCESSING');
  });

  it('settles anew when the status changes', async () => {
    const id = begin();
    const early = (await get(id)).body;
    await learn(5 * minute);
    advance(20_000);
    expect((await get(id)).body).toEqual(early);
    advance(4_000);
    const { status, progress } = (await get(id)).body;
    expect(status).toBe('PROCESSING');
    expect(progress).toMatchObject({ ...early.progress, typicalMs: 5 * minute });
  });

  it('makes no estimate that had passed when it was settled', async () => {
    await learn(minute);
    const [id, other] = [begin(), begin()];
    const { startedAt } = (await get(id)).body.progress;
    advance(minute);
    expect((await get(id)).body.progress).toEqual({ startedAt, typicalMs: minute });
    expect((await get(other)).body.progress).toEqual({ startedAt, typicalMs: minute });
  });

  it('is taught by what succeeded, not by what failed or was cancelled', async () => {
    await get(put(minute, 'FAILED'));
    await get(put(minute, 'CANCELLED'));
    expect((await get(begin())).body.progress).not.toHaveProperty('typicalMs');
  });

  it('counts an export once, however often it is seen', async () => {
    await learn(5 * minute, 9 * minute);
    const quick = put(minute);
    for (let times = 0; times < 5; times += 1) {
      await get(quick, { headers: { 'cache-control': 'no-cache' } });
      // For longer than it is known itself.
      advance(2 * 60 * minute);
      await get(quick);
    }
    expect((await get(begin())).body.progress.typicalMs).toBe(5 * minute);
  });

  it('is of the last exports by their end, not by when they were seen', async () => {
    for (let nth = 0; nth < 50; nth += 1) put(5 * minute);
    for (let nth = 0; nth < 60; nth += 1) put(9 * minute, 'SUCCEEDED', 'prod', now() - 60 * minute);
    await service.send('GET', '/jobs?limit=1000');
    expect((await get(begin())).body.progress.typicalMs).toBe(5 * minute);
  });

  it('has nothing of another sandbox', async () => {
    await get(put(minute, 'SUCCEEDED', 'dev'), inDev);
    expect((await get(begin())).body.progress).not.toHaveProperty('typicalMs');
    expect((await get(begin('dev'), inDev)).body.progress.typicalMs).toBe(minute);
  });

  it.each([1e300, 8.64e15, -1, 0, 0.1])('is not led astray by an export of %d ms', async (durationMs) => {
    const totalTime = { startTimeInMs: now(), endTimeInMs: now(), totalTimeInMs: durationMs };
    service.emulator.jobs.put('prod', { id: 1, status: 'SUCCEEDED', metrics: { totalTime } });
    await get(1);
    const { status, body } = await get(begin());
    expect([status, body.progress]).toEqual([200, { startedAt: time(now()) }]);
  });

  it('makes no error of a job that begins at the end of all days', async () => {
    await learn(minute);
    service.emulator.jobs.put('prod', { id: 1, status: 'NEW', creationTime: 8.64e15 });
    // Not held against the document, which knows of no such year.
    expect((await fetch(`${service.url}/jobs/1`)).status).toBe(200);
  });
});
