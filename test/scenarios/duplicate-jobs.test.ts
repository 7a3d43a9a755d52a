import { afterEach, describe, expect, it } from '@jest/globals';
import {
  anExport,
  createsOf,
  jobsOf,
  otherExport,
  post,
  sameExport,
  statuses,
} from '../support/creates-under-test.ts';
import { drive, until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('an export whose equal is running', () => {
  let service: ServiceUnderTest;
  const start = async (duplicates?: string, env = {}) => {
    service = await startServiceUnderTest({
      env: { ...env, ...(duplicates && { DUPLICATE_JOBS: duplicates }) },
    });
  };
  afterEach(() => service.stop());

  it('is started all the same, unless somebody says otherwise', async () => {
    await start();
    const answers = [await post(service, anExport), await post(service, sameExport)];
    expect([statuses(answers), createsOf(service)]).toEqual([[201, 201], 2]);
  });

  it('is answered with that job by setting, and says so', async () => {
    await start('reuse');
    const first = await post(service, anExport);
    const second = await post(service, sameExport);
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ ...first.body, reused: true });
    expect(second.headers['content-location']).toBe(first.headers.location);
    expect(second.headers.location).toBeUndefined();
    expect((await post(service, otherExport)).status).toBe(201);
    expect(jobsOf(service)).toHaveLength(2);
  });

  it('is refused by setting, with the job that runs', async () => {
    await start('refuse');
    const first = await post(service, anExport);
    const second = await post(service, sameExport);
    expect(second.body).toMatchObject({ status: 409, code: 'job-already-running', retryable: false });
    expect(second.headers.location).toBe(first.headers.location);
    expect(createsOf(service)).toBe(1);
  });

  it('is treated as one call says, whatever the setting', async () => {
    await start('refuse');
    await post(service, anExport);
    expect((await post(service, anExport, { query: '?duplicate=reuse' })).status).toBe(200);
    expect((await post(service, anExport, { query: '?duplicate=allow' })).status).toBe(201);
    expect((await post(service, anExport, { query: '?duplicate=refuse' })).status).toBe(409);
    expect(createsOf(service)).toBe(2);
  });

  it('is started once the equal one is done', async () => {
    await start('reuse');
    const first = await post(service, anExport);
    service.emulator.clock.advance(60 * 60_000);
    const second = await post(service, anExport);
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('is known from what a list has shown, whoever has started it', async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured', env: { DUPLICATE_JOBS: 'reuse' } });
    const elsewhere = service.emulator.jobs.create('prod', sameExport);
    await service.send('GET', '/jobs');
    const answer = await post(service, anExport);
    expect([answer.status, answer.body.id, createsOf(service)]).toEqual([200, String(elsewhere.id), 0]);
  });

  it('is another one in another sandbox', async () => {
    await start('refuse');
    await post(service, anExport);
    expect((await post(service, anExport, { headers: { 'x-sandbox-name': 'dev' } })).status).toBe(201);
  });

  it.each([2, 10, 100])(
    'of %d at once, one is started and the others are answered with it',
    async (count) => {
      await start('reuse');
      const answers = await Promise.all(Array.from({ length: count }, () => post(service, anExport)));
      expect(statuses(answers)).toEqual([...Array(count - 1).fill(200), 201]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(createsOf(service)).toBe(1);
    },
  );

  it.each([2, 10, 100])('of %d at once, one is started and the others are refused', async (count) => {
    await start('refuse');
    const answers = await Promise.all(Array.from({ length: count }, () => post(service, anExport)));
    expect(statuses(answers)).toEqual([201, ...Array(count - 1).fill(409)]);
    expect(createsOf(service)).toBe(1);
  });

  it('of two at once goes on where the first one fails before it was sent', async () => {
    await start('reuse');
    const body = { code: '400', message: 'No such dataset' };
    service.emulator.misbehaviours.add({
      route: 'create',
      times: 1,
      how: { kind: 'answer', status: 400, body },
    });
    const answers = await Promise.all([post(service, anExport), post(service, anExport)]);
    expect(statuses(answers)).toEqual([201, 422]);
  });

  it('is not started while it is not known whether an equal one was', async () => {
    await start('reuse');
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'reset' } });
    const lost = (await drive(service, post(service, anExport), { hangs: true })).value;
    expect(lost.body.code).toBe('create-not-confirmed');
    const next = await post(service, anExport);
    expect(next.body).toMatchObject({ status: 503, code: 'equal-job-unknown', retryable: true });
    service.emulator.clock.advance(1_000 * Number(next.headers['retry-after']));
    expect((await post(service, anExport)).status).toBe(201);
    expect(createsOf(service)).toBe(2);
  });

  it('is replayed for its key as what it was, although the job is done by then', async () => {
    await start('reuse');
    await post(service, anExport);
    const reused = await post(service, anExport, { key: 'k' });
    service.emulator.clock.advance(60 * 60_000);
    const again = await post(service, anExport, { key: 'k' });
    expect([again.status, again.text]).toEqual([200, reused.text]);
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  it('lets a caller that has gone wait no longer', async () => {
    await start('reuse');
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'hang' } });
    const first = post(service, anExport);
    await until(() => createsOf(service) === 1);
    const gone = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(anExport);
    const second = fetch(`${service.url}/jobs`, { method: 'POST', headers, body, signal: gone.signal });
    second.catch(() => {});
    // So that it waits behind the first one by then.
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    gone.abort();
    await expect(second).rejects.toThrow();
    await until(() => service.logLines().some(({ code }) => code === 'request-abandoned'));
    await drive(service, first, { hangs: true });
    expect(createsOf(service)).toBe(1);
  });
});
