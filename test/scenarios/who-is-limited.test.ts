import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { as, bearerCallers } from '../support/bearer-callers.ts';
import {
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  startServiceUnderTest,
} from '../support/service-under-test.ts';
import { statusesOf } from '../support/statuses-of.ts';
import { putJob } from '../support/watching.ts';

const identify = bearerCallers({ a: {} });

let service: ServiceUnderTest;
afterEach(() => service.stop());

async function start(more: ServiceUnderTestOptions = {}) {
  service = await startServiceUnderTest({
    identify,
    limits: { readsPerMinute: 3, writesPerMinute: 2 },
    ...more,
  });
  putJob(service);
}

const read = (name: string) => service.send('GET', '/jobs/7', as(name));
const create = (name: string) =>
  service.send('POST', '/jobs', { ...as(name), body: { datasetId: 'd', allProfiles: true } });
const fieldsOf = ({ headers }: Response) => [headers.ratelimit, headers['ratelimit-policy']];

describe('nothing is limited', () => {
  it('of what a browser asks before: OPTIONS', async () => {
    await start();
    for (let sent = 0; sent < 5; sent += 1) {
      const { headers } = await service.send('OPTIONS', '/jobs', as('a'));
      expect([headers.ratelimit, headers['ratelimit-policy']]).toEqual([undefined, undefined]);
    }
    expect((await create('a')).headers.ratelimit).toBe('"writes";r=1;t=60');
    expect((await read('a')).headers.ratelimit).toBe('"reads";r=2;t=60');
  });

  it('of health, the document and the pages', async () => {
    await start();
    await statusesOf(9, () => read('a'));
    for (const path of ['/livez', '/readyz', '/openapi.json', '/problems/too-many-requests']) {
      for (let sent = 0; sent < 5; sent += 1) {
        const { status, headers } = await service.send('GET', path, as('a'));
        expect([status, headers.ratelimit]).toEqual([200, undefined]);
      }
    }
  });

  it('where nobody is authenticated, whatever the settings say', async () => {
    service = await startServiceUnderTest({
      cache: 'asConfigured',
      env: { READS_PER_MINUTE: '1', WRITES_PER_MINUTE: '1' },
    });
    putJob(service);
    expect(await statusesOf(3, () => read('a'))).toEqual([200, 200, 200]);
    expect(await statusesOf(3, () => create('a'))).toEqual([201, 201, 201]);
    expect(fieldsOf(await read('a'))).toEqual([undefined, undefined]);
  });

  it('of who is refused for something else before it is known', async () => {
    await start({ load: { lagMs: () => 10_000, close() {} } });
    expect(fieldsOf(await read('a'))).toEqual([undefined, undefined]);
  });
});

it('the limits are those of the settings where callers are authenticated', async () => {
  await using folder = await temporaryFolder();
  const keys = [`sha256:${createHash('sha256').update('a').digest('hex')}`];
  const callers = [{ name: 'a', keys, permissions: ['jobs:read', 'jobs:create'], sandboxes: ['prod'] }];
  const file = join(folder.path, 'callers.json');
  await writeFile(file, JSON.stringify({ callers }));
  service = await startServiceUnderTest({
    identify,
    env: { CALLER_AUTH: 'api-key', CALLERS_FILE: file, READS_PER_MINUTE: '2', WRITES_PER_MINUTE: '1' },
  });
  putJob(service);
  expect(await statusesOf(3, () => read('a'))).toEqual([200, 200, 429]);
  expect(await statusesOf(2, () => create('a'))).toEqual([201, 429]);
});

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'callers-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
