import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { delayNext, startKeeping } from '../support/keeping.ts';
import type { SendOptions, ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;
const inDev: SendOptions = { headers: { 'x-sandbox-name': 'dev' } };

describe('what this service changes itself, it forgets at once', () => {
  let service: ServiceUnderTest;
  let id: string;
  let other: string;
  let devId: string;
  beforeEach(async () => {
    const callerOf = ({ headers }: { headers: Record<string, unknown> }) => ({
      id: 'one',
      permission: String(headers['x-permission'] ?? 'some'),
    });
    service = await startKeeping({ callerOf });
    const { jobs } = service.emulator;
    [id, other, devId] = ['prod', 'prod', 'dev'].map((sandbox) => String(jobs.create(sandbox, {}).id)) as [
      string,
      string,
      string,
    ];
    await service.send('GET', '/jobs');
    await service.send('GET', '/jobs', inDev);
    service.emulator.requests.clear();
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const calls = (route: 'get' | 'list' | 'cancel' | 'create') => service.emulator.requests.all(route).length;
  const get = (which: string, options?: SendOptions) => service.send('GET', `/jobs/${which}`, options);
  const list = (options?: SendOptions) => service.send('GET', '/jobs', options);
  const cancel = (which: string) => service.send('DELETE', `/jobs/${which}`);
  const create = () => service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });

  it('a cancelled job', async () => {
    expect((await get(id)).body.status).toBe('NEW');
    expect(calls('get')).toBe(0);
    await cancel(id);
    const { body, headers } = await get(id);
    expect(body.status).toBe('CANCELLING');
    // The cancel itself has read it since.
    expect(headers['cache-status']).toBe('aep-jobs-bff; hit; ttl=1');
    expect(calls('get')).toBe(1);
  });

  it('a cancelled job that could not be read after its cancel', async () => {
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'html', status: 500 } });
    expect((await cancel(id)).status).toBe(202);
    const { body, headers } = await get(id);
    expect(body.status).toBe('CANCELLING');
    expect(headers['cache-status']).toBe('aep-jobs-bff; fwd=uri-miss; stored');
  });

  it('a cancelled job for whoever may see it', async () => {
    const asOther = { headers: { 'x-permission': 'other' } };
    await get(id, asOther);
    await cancel(id);
    expect((await get(id, asOther)).body.status).toBe('CANCELLING');
  });

  it('the lists, after a cancel and after a create', async () => {
    await cancel(id);
    const statuses = async () => (await list()).body.jobs.map(({ status }: { status: string }) => status);
    expect(await statuses()).toEqual(['NEW', 'CANCELLING']);
    await create();
    expect(await statuses()).toEqual(['NEW', 'NEW', 'CANCELLING']);
    expect(calls('list')).toBe(2);
  });

  it('but no other job, and nothing in another sandbox', async () => {
    await cancel(id);
    await create();
    await get(other);
    await get(devId, inDev);
    await list(inDev);
    // Besides the read of the job that was cancelled.
    expect([calls('get'), calls('list')]).toEqual([1, 0]);
  });

  it('also when it is not known whether it was carried out', async () => {
    service.emulator.misbehaviours.add({ route: 'cancel', times: 1, how: { kind: 'reset' } });
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'html', status: 500 } });
    expect((await cancel(id)).body.code).toBe('platform-unreachable');
    await get(id);
    await list();
    expect([calls('get'), calls('list')]).toEqual([1, 1]);
    expect((await create()).status).toBe(504);
    // The job is looked for, past the cache.
    expect(calls('list')).toBe(2);
    await list();
    expect([calls('get'), calls('list')]).toEqual([1, 3]);
  });

  it('and knows a new job from the answer to its create', async () => {
    const { headers, body } = await create();
    expect((await service.send('GET', headers.location ?? '')).body).toEqual(body);
    expect(calls('get')).toBe(0);
  });

  it('and does not serve it when Platform fails', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 500 } });
    await cancel(id);
    service.emulator.misbehaviours.add({ how: { kind: 'html', status: 500 } });
    expect((await get(id)).body.code).toBe('platform-failed');
    expect((await list()).body.code).toBe('platform-failed');
    expect((await get(other)).status).toBe(200);
  });

  it.each(['get', 'list'] as const)(
    'so that a %s under way is not given to those who ask after it',
    async (route) => {
      advance(second);
      const ask = () => (route === 'get' ? get(id) : list());
      const statusIn = (body: { status?: string; jobs?: { id: string; status: string }[] }) =>
        body.jobs?.find((job) => job.id === id)?.status ?? body.status;
      // What Platform found out before the cancel arrives after it.
      const job = { id: Number(id), status: 'NEW' };
      const old = route === 'get' ? job : { records: [job], link: {} };
      delayNext(service, route, 5 * second);
      const early = ask();
      early.catch(() => {});
      await until(() => calls(route) === 1);
      await cancel(id);
      const late = await ask();
      expect(statusIn(late.body)).toBe('CANCELLING');
      expect(calls(route)).toBe(2);
      service.emulator.misbehaviours.add({
        route,
        times: 1,
        how: { kind: 'answer', status: 200, body: old },
      });
      advance(5 * second);
      await early;
      service.emulator.misbehaviours.clear();
      expect(statusIn((await ask()).body)).toBe('CANCELLING');
      expect((await get(id)).body.status).toBe('CANCELLING');
    },
  );

  it('so that what was asked for while the cancel was under way is asked for again', async () => {
    delayNext(service, 'cancel', second / 2);
    const cancelling = cancel(id);
    cancelling.catch(() => {});
    await until(() => calls('cancel') === 1);
    advance(second / 4);
    await get(id, { headers: { 'cache-control': 'no-cache' } });
    advance(second / 4);
    await cancelling;
    expect((await get(id)).body.status).toBe('CANCELLING');
    expect(calls('get')).toBe(2);
  });
});
