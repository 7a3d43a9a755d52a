import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, startExport } from '../support/watching.ts';

describe('the line of a request in the log', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
    putJob(service);
  });
  afterEach(() => service.stop());

  const lines = () => service.logLines().filter(({ msg }) => msg === 'request');
  const lastLine = () => lines().at(-1);

  it('names the job of a create whose caller has gone', async () => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 1_000 } });
    const caller = new AbortController();
    const call = fetch(`${service.url}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"datasetId":"d","allProfiles":true}',
      signal: caller.signal,
    });
    await until(() => service.emulator.requests.open() === 1);
    caller.abort();
    await expect(call).rejects.toThrow();
    service.emulator.clock.advance(1_000);
    await until(() => lines().length === 1);
    const [started] = service.emulator.jobs.list('prod').filter(({ status }) => status === 'NEW');
    expect(lastLine()).toMatchObject({ jobId: String(started?.id), status: 201, aborted: true });
  });

  it('names the job of a create', async () => {
    const id = await startExport(service);
    expect(lastLine()).toMatchObject({ jobId: id, status: 201 });
  });

  it.each([
    ['GET', '/jobs/7', 200],
    ['HEAD', '/jobs/7', 200],
    ['GET', '/jobs/404', 404],
    ['DELETE', '/jobs/7', 202],
    ['DELETE', '/jobs/404', 404],
    ['GET', '/jobs/404/events', 404],
  ])('names the job of %s %s, also where it fails', async (method, path, status) => {
    await service.send(method, path);
    expect(lastLine()).toMatchObject({ jobId: path.split('/')[2], status });
  });

  it('names the job of a stream whose caller has gone', async () => {
    const stream = await followJob(service, '7');
    stream[Symbol.dispose]();
    await until(() => lines().length === 1);
    expect(lastLine()).toMatchObject({ jobId: '7', route: '/jobs/:id/events', aborted: true });
  });

  it.each(['/jobs', '/jobs/a%0Ab', '/jobs/a%22b', `/jobs/${'1'.repeat(129)}`])(
    'names none for GET %s, which names no job',
    async (path) => {
      await service.send('GET', path);
      expect(lastLine()).not.toHaveProperty('jobId');
    },
  );
});
