import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const newJob = { datasetId: '5b7c86968f7b6501e21ba9df', segments: ['52c26d0d-45f2-47a2-ab30-ed06abc981ff'] };

describe('an export from its start to its end', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
  });
  afterEach(() => service.stop());

  it('is created, followed and found in the list', async () => {
    const created = await service.send('POST', '/jobs', { body: newJob });
    expect(created.body).toMatchObject({
      status: 'NEW',
      done: false,
      datasetId: newJob.datasetId,
      batches: [],
    });
    const { location } = created.headers;
    expect(location).toBe(`/jobs/${created.body.id}`);
    expect(created.body.metrics).toEqual({ total: { startedAt: '2026-01-01T00:00:00.000Z' } });

    service.emulator.clock.advance(60_000);
    expect((await service.send('GET', String(location))).body).toMatchObject({
      status: 'PROCESSING',
      done: false,
    });
    service.emulator.clock.advance(240_000);
    const ended = await service.send('GET', String(location));
    expect(ended.body).toMatchObject({
      status: 'SUCCEEDED',
      done: true,
      batchId: expect.any(String),
      metrics: { total: { durationMs: 240_000 }, profiles: 1000 },
    });
    expect((await service.send('GET', '/jobs')).body).toEqual({ jobs: [ended.body], next: null });
  });

  it('can be cancelled, which only marks it, as often as one likes', async () => {
    const { body: job } = await service.send('POST', '/jobs', { body: newJob });
    const cancelled = await service.send('DELETE', `/jobs/${job.id}`);
    expect(cancelled.status).toBe(202);
    expect(cancelled.body).toMatchObject({ id: job.id, cancelling: true });
    expect((await service.send('GET', `/jobs/${job.id}`)).body).toMatchObject({
      status: 'CANCELLING',
      done: false,
    });
    service.emulator.clock.advance(60_000);
    expect((await service.send('GET', `/jobs/${job.id}`)).body).toMatchObject({
      status: 'CANCELLED',
      done: true,
    });
    const again = await service.send('DELETE', `/jobs/${job.id}`);
    expect([again.status, again.body.cancelling]).toEqual([202, true]);
  });

  it('cannot be cancelled any more once it has ended', async () => {
    const { body: job } = await service.send('POST', '/jobs', { body: newJob });
    service.emulator.clock.advance(240_000);
    const { status, body } = await service.send('DELETE', `/jobs/${job.id}`);
    expect([status, body.code, body.job.status]).toEqual([409, 'job-already-done', 'SUCCEEDED']);
  });

  it('can fail, and shows no call stack and no empty batch', async () => {
    const { body: job } = await service.send('POST', '/jobs', { body: newJob });
    service.emulator.jobs.decide(job.id, 'FAILED');
    service.emulator.clock.advance(240_000);
    const { body } = await service.send('GET', `/jobs/${job.id}`);
    expect(body).toMatchObject({
      status: 'FAILED',
      done: true,
      errors: [{ code: 'unknown', message: 'Error in Export Job' }],
    });
    expect(body).not.toHaveProperty('batchId');
    expect(JSON.stringify(body)).not.toMatch(/callStack|imsOrgId|profileInstanceId|computeGateway/);
  });

  it('can be of every profile, when that is said', async () => {
    const { status } = await service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
    expect(status).toBe(201);
    expect(service.emulator.requests.all('create')[0]?.body).toEqual({
      destination: { datasetId: 'd' },
      schema: { name: '_xdm.context.profile' },
    });
  });

  it('is looked for in the sandbox that the caller names, or in the first one', async () => {
    const { body: job } = await service.send('POST', '/jobs', {
      body: newJob,
      headers: { 'x-sandbox-name': 'dev' },
    });
    expect((await service.send('GET', `/jobs/${job.id}`)).status).toBe(404);
    const inDev = await service.send('GET', `/jobs/${job.id}`, { headers: { 'x-sandbox-name': 'dev' } });
    expect(inDev.status).toBe(200);
    const sandboxes = service.emulator.requests.all().map(({ headers }) => headers['x-sandbox-name']);
    expect(sandboxes.filter(Boolean)).toEqual(['dev', 'prod', 'dev']);
  });

  it('is in a list that can be paged through to its end, without a gap and without a double', async () => {
    for (let id = 1; id <= 7; id += 1) {
      service.emulator.jobs.put('prod', { id, status: id % 2 ? 'SUCCEEDED' : 'FAILED', creationTime: id });
    }
    const seen: string[] = [];
    let next: string | null = '/jobs?limit=2&status=SUCCEEDED';
    while (next !== null) {
      const { body, headers } = await service.send('GET', next);
      seen.push(...body.jobs.map(({ id }: { id: string }) => id));
      next = body.next;
      expect(headers.link).toBe(next === null ? undefined : `<${next}>; rel="next"`);
      if (next !== null) expect(next).toMatch(/^\/jobs\?limit=2&offset=\d+_\d+&status=SUCCEEDED$/);
    }
    expect(seen).toEqual(['7', '5', '3', '1']);
    const urls = service.emulator.requests.all('list').map(({ url }) => url);
    expect(urls[0]).toBe('/data/core/ups/export/jobs?limit=2&status=SUCCEEDED');
    expect(urls[1]).toBe('/data/core/ups/export/jobs?limit=2&offset=5_5&status=SUCCEEDED');
  });

  it('is listed 25 at a time unless the caller says otherwise', async () => {
    await service.send('GET', '/jobs');
    expect(service.emulator.requests.all('list')[0]?.url).toBe('/data/core/ups/export/jobs?limit=25');
  });
});
