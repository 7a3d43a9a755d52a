import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { settle, until } from '../support/driving.ts';
import { gateway, type How, json } from '../support/failing.ts';
import { delayNext, startKeeping } from '../support/keeping.ts';
import { askAtOnce } from '../support/raw.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

const second = 1_000;

describe('a job that does not exist', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    const callerOf = ({ headers }: IncomingMessage) => ({
      id: 'one',
      permission: String(headers.authorization ?? 'all'),
    });
    service = await startKeeping({ callerOf });
  });
  afterEach(() => service.stop());

  const get = (headers: Record<string, string> = {}, id = '101') =>
    service.send('GET', `/jobs/${id}`, { headers });
  const advance = (ms: number) => service.emulator.clock.advance(ms);

  it('costs one call for fifty reads in a row, and for fifty at once', async () => {
    for (let nth = 0; nth < 50; nth += 1) expect((await get()).body.code).toBe('job-not-found');
    expect(readsOf(service)).toBe(1);
    expect(await askAtOnce(service.url, Array<string>(50).fill('/jobs/101'))).toEqual({ 404: 50 });
    expect(readsOf(service)).toBe(1);
  });

  it('is asked for again after a fresh period, counted from the question', async () => {
    delayNext(service, 'get', second / 2);
    const first = get();
    await until(() => service.emulator.requests.open() === 1);
    advance(second / 2);
    expect((await first).status).toBe(404);
    advance(second / 2 - 1);
    await get();
    expect(readsOf(service)).toBe(1);
    advance(1);
    await get();
    expect(readsOf(service)).toBe(2);
  });

  it('says in Cache-Status, Age and the log that Platform was not asked again', async () => {
    const first = await get();
    expect(first.headers).not.toHaveProperty('cache-status');
    advance(second / 2);
    const { headers, body } = await get({ 'x-request-id': 'mine' });
    expect(headers).toMatchObject({ 'cache-status': 'aep-jobs-bff; hit; ttl=0', age: '0' });
    expect(body).toMatchObject({ status: 404, requestId: 'mine', upstream: first.body.upstream });
    const line = service.logLines().at(-1);
    expect(line).toMatchObject({ cache: 'aep-jobs-bff; hit; ttl=0', code: 'job-not-found' });
    expect(line).not.toHaveProperty('upstreamCalls');
  });

  it('is there as soon as a create has given it that id', async () => {
    expect((await get()).status).toBe(404);
    expect(await startExport(service)).toBe('101');
    expect((await get()).status).toBe(200);
  });

  it('is asked for again after a create that may have been carried out', async () => {
    await get();
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'reset' } });
    await service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
    putJob(service, { id: 101 });
    expect((await get()).status).toBe(200);
  });

  it('is not kept by a read that began before the create and ends after it', async () => {
    delayNext(service, 'get', second / 2);
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: json(404, { status: 404 }) });
    const early = get({ authorization: 'b' });
    await until(() => service.emulator.requests.open() === 1);
    await startExport(service);
    advance(second / 2);
    expect((await early).status).toBe(404);
    expect((await get({ authorization: 'b' })).status).toBe(200);
  });

  it('is there as soon as a list has shown it', async () => {
    expect((await get()).status).toBe(404);
    putJob(service, { id: 101 });
    await service.send('GET', '/jobs');
    expect((await get()).status).toBe(200);
    expect(readsOf(service)).toBe(1);
  });

  it('is asked for all the same by no-cache', async () => {
    expect((await get()).status).toBe(404);
    putJob(service, { id: 101 });
    expect((await get({ 'cache-control': 'no-cache' })).status).toBe(200);
    expect((await get()).status).toBe(200);
  });

  it('is no way round the share of no-cache', async () => {
    for (let nth = 0; nth < 80; nth += 1) await get({ 'cache-control': 'no-cache' });
    // The first was asked anyway.
    expect(readsOf(service)).toBe(61);
  });

  it('is so for one sandbox and one permission', async () => {
    putJob(service, { id: 101 }, 'dev');
    expect((await get()).status).toBe(404);
    expect((await get({ 'x-sandbox-name': 'dev' })).status).toBe(200);
    putJob(service, { id: 101 });
    expect((await get({ authorization: 'b' })).status).toBe(200);
    expect((await get()).status).toBe(404);
  });

  it('ends no stream that comes later, and begins none: each gets its 404 for the same call', async () => {
    for (let nth = 0; nth < 5; nth += 1) {
      const stream = await followJob(service, '101');
      expect((await stream.problem()).code).toBe('job-not-found');
    }
    expect(readsOf(service)).toBe(1);
    putJob(service, { id: 101 });
    advance(second);
    using stream = await followJob(service, '101');
    await settle(service);
    expect(stream.told()).toEqual(['job PROCESSING']);
  });

  it('is cancelled at Platform each time, and read again after that', async () => {
    await get();
    for (let nth = 0; nth < 3; nth += 1) expect((await service.send('DELETE', '/jobs/101')).status).toBe(404);
    expect(service.emulator.requests.all('cancel')).toHaveLength(3);
    await get();
    expect(readsOf(service)).toBe(2);
  });

  it.each<[string, How]>([
    ['a refused permission', gateway(403, '403027')],
    ['a refused request', json(400, { code: '400', message: 'no' })],
    ['a failure', { kind: 'html', status: 500 }],
    ['nonsense', json(200, { nothing: true })],
  ])('is all that is kept of errors: %s is asked for each time', async (_what, how) => {
    service.emulator.misbehaviours.add({ route: 'get', how });
    for (let nth = 0; nth < 3; nth += 1) expect((await get()).status).not.toBe(404);
    expect(readsOf(service)).toBe(3);
  });

  it('ends its cache entry: what was deleted is not shown any more', async () => {
    putJob(service);
    await get({}, '7');
    advance(second);
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: json(404, { status: 404 }) });
    expect((await get({}, '7')).status).toBe(404);
    expect((await get({}, '7')).status).toBe(404);
    advance(second);
    expect((await get({}, '7')).status).toBe(200);
    expect(readsOf(service)).toBe(3);
  });

  it('however many ids are tried out, each is forgotten', async () => {
    const paths = Array.from({ length: 1_500 }, (_, nth) => `/jobs/x${nth}`);
    expect(await askAtOnce(service.url, paths.slice(0, 750))).toEqual({ 404: 750 });
    expect(await askAtOnce(service.url, paths.slice(750))).toEqual({ 404: 750 });
    service.emulator.requests.clear();
    expect(await askAtOnce(service.url, paths.slice(-100))).toEqual({ 404: 100 });
    expect(readsOf(service)).toBe(0);
    await get({}, 'x0');
    expect(readsOf(service)).toBe(1);
  });
});
