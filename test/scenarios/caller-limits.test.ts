import { afterEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { as, bearerCallers, eventually } from '../support/bearer-callers.ts';
import { drive, until } from '../support/driving.ts';
import {
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  startServiceUnderTest,
} from '../support/service-under-test.ts';
import { statusesOf } from '../support/statuses-of.ts';
import { followJob, putJob, readsOf } from '../support/watching.ts';

const everybody = {
  a: {},
  b: {},
  watcher: { permissions: new Set(['jobs:read'] as const) },
  busy: { readsPerMinute: 5, writesPerMinute: 1 },
};
const newJob = { datasetId: 'd', allProfiles: true };

let service: ServiceUnderTest;
afterEach(() => service.stop());

async function start(more: ServiceUnderTestOptions = {}) {
  service = await startServiceUnderTest({
    identify: bearerCallers(everybody),
    limits: { readsPerMinute: 3, writesPerMinute: 2 },
    ...more,
  });
  putJob(service);
}

const read = (name: string) => service.send('GET', '/jobs/7', as(name));
const create = (name: string, body: object = newJob) => service.send('POST', '/jobs', { ...as(name), body });
const creates = () => service.emulator.requests.all('create').length;
const fieldsOf = ({ headers }: Response) => [headers.ratelimit, headers['ratelimit-policy']];

describe('a caller', () => {
  it('is told with each answer how much it has left, and for how long', async () => {
    await start();
    expect(fieldsOf(await read('a'))).toEqual(['"reads";r=2;t=60', '"reads";q=3;w=60']);
    service.emulator.clock.advance(20_500);
    expect(fieldsOf(await read('a'))).toEqual(['"reads";r=1;t=40', '"reads";q=3;w=60']);
    expect(fieldsOf(await create('a'))).toEqual(['"writes";r=1;t=60', '"writes";q=2;w=60']);
  });

  it('past its limit is answered 429 with Retry-After and the same fields, and reaches nobody', async () => {
    await start();
    await statusesOf(3, () => read('a'));
    service.emulator.clock.advance(22_100);
    const before = readsOf(service);
    const refused = await read('a');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '38']);
    expect(fieldsOf(refused)).toEqual(['"reads";r=0;t=38', '"reads";q=3;w=60']);
    expect(refused.body).toMatchObject({ code: 'too-many-requests', owner: 'caller', retryable: true });
    expect(refused.body.detail).toContain('limit of reads (3 a minute)');
    expect(readsOf(service)).toBe(before);
    expect(await statusesOf(3, () => create('b'))).toEqual([201, 201, 429]);
    expect(creates()).toBe(2);
  });

  it('may go on when its minute is over, however often it was refused meanwhile', async () => {
    await start();
    await statusesOf(3, () => read('a'));
    for (let second = 0; second < 59; second += 1) {
      service.emulator.clock.advance(1_000);
      expect((await read('a')).status).toBe(429);
    }
    service.emulator.clock.advance(999);
    expect((await read('a')).status).toBe(429);
    service.emulator.clock.advance(1);
    expect(fieldsOf(await read('a'))).toEqual(['"reads";r=2;t=60', '"reads";q=3;w=60']);
  });

  it('has a minute of its own from its first request on, whatever happens to the wall clock', async () => {
    await start();
    await statusesOf(3, () => read('a'));
    service.emulator.clock.advance(30_000);
    await statusesOf(3, () => read('b'));
    service.emulator.clock.shiftWall(24 * 60 * 60 * 1000);
    expect((await read('a')).status).toBe(429);
    service.emulator.clock.shiftWall(-48 * 60 * 60 * 1000);
    service.emulator.clock.advance(30_000);
    expect([(await read('a')).status, (await read('b')).status]).toEqual([200, 429]);
  });

  it('may read when it has no writes left, and write when it has no reads left', async () => {
    await start();
    expect(await statusesOf(3, () => create('a'))).toEqual([201, 201, 429]);
    expect(await statusesOf(4, () => read('a'))).toEqual([200, 200, 200, 429]);
    expect((await service.send('DELETE', '/jobs/7', as('b'))).status).toBe(202);
  });

  it('costs no other caller anything', async () => {
    await start();
    await statusesOf(9, () => read('a'));
    expect(fieldsOf(await read('b'))).toEqual(['"reads";r=2;t=60', '"reads";q=3;w=60']);
  });

  it('may have limits of its own', async () => {
    await start();
    expect(await statusesOf(6, () => read('busy'))).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await statusesOf(2, () => create('busy'))).toEqual([201, 429]);
  });

  it('is limited alike where it takes a while to find out who it is', async () => {
    await start({ identify: eventually(bearerCallers(everybody)) });
    expect(await statusesOf(4, () => read('a'))).toEqual([200, 200, 200, 429]);
  });
});

describe('of the reads of a caller', () => {
  it('lists, HEAD, 304, 404, 400 and what has no route are one each', async () => {
    await start({ limits: { readsPerMinute: 7 } });
    const etag = String((await read('a')).headers.etag);
    const answers = [
      await service.send('GET', '/jobs', as('a')),
      await service.send('HEAD', '/jobs/7', as('a')),
      await service.send('GET', '/jobs/7', as('a', { 'if-none-match': etag })),
      await service.send('GET', '/jobs/404', as('a')),
      await service.send('GET', '/jobs?limit=none', as('a')),
      await service.send('GET', '/jobs/7/nothing', as('a')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 404, 400, 404]);
    expect(answers.map(({ headers }) => headers.ratelimit)).toEqual(
      [5, 4, 3, 2, 1, 0].map((left) => `"reads";r=${left};t=60`),
    );
  });

  it('a stream is one when it begins, and says so; what it sends later is none', async () => {
    await start({ cache: 'asConfigured' });
    using stream = await followJob(service, '7', as('a'));
    expect([stream.headers.ratelimit, stream.headers['ratelimit-policy']]).toEqual([
      '"reads";r=2;t=60',
      '"reads";q=3;w=60',
    ]);
    await until(() => stream.events().length === 1);
    putJob(service, { status: 'SUCCEEDED' });
    expect(fieldsOf(await read('a'))[0]).toBe('"reads";r=1;t=60');
    await statusesOf(1, () => read('a'));
    const refused = await service.send('GET', '/jobs/7/events', as('a'));
    expect([refused.status, refused.body.code]).toEqual([429, 'too-many-requests']);
  });

  it('a wait is one, however long it lasts', async () => {
    await start({ cache: 'asConfigured' });
    const wait = service.send('GET', '/jobs/7', as('a', { prefer: 'wait=30' }));
    const { value, tookMs } = await drive(service, wait);
    expect([value.status, tookMs >= 30_000]).toEqual([200, true]);
    expect(value.headers.ratelimit).toBe('"reads";r=2;t=60');
    expect((await read('a')).headers.ratelimit).toBe('"reads";r=1;t=30');
  });

  it('a wait past the limit is refused at once', async () => {
    await start();
    await statusesOf(3, () => read('a'));
    const refused = await service.send('GET', '/jobs/7', as('a', { prefer: 'wait=30' }));
    expect(refused.status).toBe(429);
  });
});

describe('of the writes of a caller', () => {
  it('those that are refused count: 422, 415, 403, 412 and 405', async () => {
    await start({ limits: { writesPerMinute: 4 } });
    const answers = [
      await create('a', { datasetId: 'd' }),
      await service.send('POST', '/jobs', {
        ...as('a', { 'content-type': 'text/plain' }),
        body: 'no job',
      }),
      await service.send('DELETE', '/jobs/7', as('a', { 'if-match': '"another"' })),
      await service.send('PUT', '/jobs/7', as('a')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 415, 412, 405]);
    expect((await create('a')).status).toBe(429);
    expect(creates()).toBe(0);
    await fetch(`${service.url}/jobs`, { method: 'POST', ...as('watcher') });
    const { status, headers } = await fetch(`${service.url}/jobs`, { method: 'POST', ...as('watcher') });
    expect([status, headers.get('ratelimit')]).toEqual([403, '"writes";r=2;t=60']);
  });

  it('one with conditions costs no read, though the service reads for it', async () => {
    await start();
    const etag = String((await read('a')).headers.etag);
    expect((await service.send('DELETE', '/jobs/7', as('a', { 'if-match': etag }))).status).toBe(202);
    expect((await read('a')).headers.ratelimit).toBe('"reads";r=1;t=60');
  });
});
