import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('a process that has too much to do', () => {
  let service: ServiceUnderTest;
  let lagMs: number;
  beforeEach(async () => {
    lagMs = 0;
    service = await startServiceUnderTest({ load: { lagMs: () => lagMs, close() {} } });
  });
  afterEach(() => service.stop());

  it.each([
    ['GET', '/jobs', undefined],
    ['POST', '/jobs', { datasetId: 'd', allProfiles: true }],
    ['GET', '/jobs/100', undefined],
    ['DELETE', '/jobs/100', undefined],
  ])('refuses %s %s with Retry-After, and asks Adobe nothing', async (method, path, body) => {
    lagMs = 201;
    const answer = await service.send(method, path, body ? { body } : {});
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).toMatchObject({
      status: 503,
      code: 'overloaded',
      retryable: true,
      owner: 'operator',
    });
    expect(service.emulator.requests.all()).toEqual([]);
    expect(service.logLines().at(-1)).toMatchObject({
      code: 'overloaded',
      error: 'The event loop is 201 ms late; over 200 ms jobs are refused',
    });
  });

  it.each(['/livez', '/readyz', '/openapi.json', '/problems/overloaded'])(
    'still answers %s',
    async (path) => {
      lagMs = 60_000;
      expect((await service.send('GET', path)).status).toBe(200);
    },
  );

  it('serves jobs up to the threshold, and again as soon as it has caught up', async () => {
    lagMs = 200;
    expect((await service.send('GET', '/jobs')).status).toBe(200);
    lagMs = 201;
    expect((await service.send('GET', '/jobs')).status).toBe(503);
    lagMs = 0;
    expect((await service.send('GET', '/jobs')).status).toBe(200);
  });
});

it('measures its load no more once it has stopped', async () => {
  let closed = 0;
  const close = () => {
    closed += 1;
  };
  const service = await startServiceUnderTest({ load: { lagMs: () => 0, close } });
  await service.stop();
  expect(closed).toBe(1);
});
