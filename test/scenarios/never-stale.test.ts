import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type How, json } from '../support/failing.ts';
import { startKeeping } from '../support/keeping.ts';
import type { SendOptions, ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;

describe('although something recent is cached', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startKeeping();
    service.emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
    service.emulator.jobs.put('prod', { id: 101, status: 'SUCCEEDED' });
    await get();
    service.emulator.requests.clear();
    advance(10 * second);
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const get = (options: SendOptions = {}) => service.send('GET', '/jobs/100', options);
  const fail = (how: How, times?: number) =>
    service.emulator.misbehaviours.add({ how, ...(times !== undefined && { times }) });

  it.each<[How, string]>([
    [{ kind: 'answer', status: 404 }, 'job-not-found'],
    [json(403, { error_code: '403025', message: 'Profile is not valid' }), 'platform-refused-us'],
    [
      json(403, { errors: { 403: [{ code: 'UPAPI-113752-403', message: 'Permission denied' }] } }),
      'platform-refused-us',
    ],
    [{ kind: 'refuse-token' }, 'platform-refused-us'],
    [{ kind: 'answer', status: 400 }, 'job-refused'],
  ])('nothing cached is served for %j: that is an answer', async (how, code) => {
    fail(how);
    expect((await get()).body.code).toBe(code);
  });

  it('nothing cached is served after a refusal either, whatever fails then', async () => {
    const list = () => service.send('GET', '/jobs');
    await list();
    advance(2 * second);
    fail(json(403, { error_code: '403025', message: 'Profile is not valid' }), 2);
    expect([(await get()).status, (await list()).status]).toEqual([502, 502]);
    fail({ kind: 'html', status: 500 });
    expect((await get()).body.code).toBe('platform-failed');
    expect((await list()).body.code).toBe('platform-failed');
  });

  it('nothing cached is served for a job that Platform does not have any more, done or not', async () => {
    await service.send('GET', '/jobs/101');
    fail({ kind: 'answer', status: 404 }, 2);
    await get();
    await service.send('GET', '/jobs/101', { headers: { 'cache-control': 'no-cache' } });
    // That it is not there is remembered for a second.
    advance(second);
    fail({ kind: 'html', status: 500 });
    expect((await get()).body.code).toBe('platform-failed');
    expect((await service.send('GET', '/jobs/101')).body.code).toBe('platform-failed');
  });

  it('nothing cached is served to who says no-cache', async () => {
    fail({ kind: 'html', status: 500 });
    expect((await get({ headers: { 'cache-control': 'no-cache' } })).body.code).toBe('platform-failed');
    expect((await get()).status).toBe(200);
  });

  it('nothing can be served where nothing is cached', async () => {
    fail({ kind: 'html', status: 500 });
    const { body, headers } = await service.send('GET', '/jobs/102');
    expect(body.code).toBe('platform-failed');
    expect(headers).not.toHaveProperty('etag');
  });
});
