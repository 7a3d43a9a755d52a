import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('the service, with the emulator as Adobe behind it', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
  });
  afterEach(() => service.stop());

  it('goes on with a filtered list after the job at the edge of a page has left the filter', async () => {
    const { jobs } = service.emulator;
    for (let id = 1; id <= 5; id += 1) jobs.put('prod', { id, status: 'NEW', creationTime: id });
    const { body: first } = await service.send('GET', '/jobs?limit=2&status=NEW');
    jobs.put('prod', { id: 4, status: 'SUCCEEDED', creationTime: 4 });
    jobs.put('prod', { id: 3, status: 'SUCCEEDED', creationTime: 3 });
    const { status, body: second } = await service.send('GET', first.next);
    expect([status, second.jobs.map(({ id }: { id: string }) => id), second.next]).toEqual([
      200,
      ['2', '1'],
      null,
    ]);
  });

  it('shows one batch for each segment, and how many profiles of each namespace there were', async () => {
    const { body: job } = await service.send('POST', '/jobs', {
      body: { datasetId: 'd', segments: ['a', { id: 'b', status: ['exited'] }], batchPerSegment: true },
    });
    service.emulator.clock.advance(240_000);
    const { body } = await service.send('GET', `/jobs/${job.id}`);
    expect(body).toMatchObject({
      status: 'SUCCEEDED',
      batches: [
        { id: expect.any(String), segmentId: 'a', namespace: 'ups' },
        { id: expect.any(String), segmentId: 'b', namespace: 'ups', status: ['exited'] },
      ],
      metrics: { profiles: 1000, profilesByNamespace: { ECID: 600, Email: 400 } },
    });
    expect(body).not.toHaveProperty('batchId');
  });

  it('names a sandbox to Adobe on each call, also where its caller names none', async () => {
    await service.send('GET', '/jobs');
    await service.send('POST', '/jobs', { body: { datasetId: 'd', segments: ['a'] } });
    await service.send('GET', '/jobs/101');
    await service.send('DELETE', '/jobs/101');
    const calls = service.emulator.requests.all().filter(({ route }) => route !== 'token');
    // After the cancel the job is looked at once.
    expect(calls.map(({ route, headers }) => [route, headers['x-sandbox-name']])).toEqual(
      ['list', 'create', 'get', 'cancel', 'get'].map((route) => [route, 'prod']),
    );
  });
});
