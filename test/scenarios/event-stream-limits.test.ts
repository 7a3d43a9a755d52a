import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { exportJobs } from '../../src/index.ts';
import { pass, settle, until } from '../support/driving.ts';
import { openEvents } from '../support/event-reader.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob } from '../support/watching.ts';

const callerOf = ({ headers }: IncomingMessage) => ({ id: String(headers.authorization), permission: 'all' });
const as = (authorization: string) => ({ headers: { authorization } });

describe('how many streams there may be', () => {
  let service: ServiceUnderTest;
  afterEach(() => service.stop());
  const start = async (streams: { most?: number; mostForEachCaller?: number }) => {
    service = await startServiceUnderTest({ cache: 'asConfigured', callerOf, streams });
    putJob(service);
  };

  it('of one caller is bounded: 429 with Retry-After, and others are not touched', async () => {
    await start({ mostForEachCaller: 2 });
    using _one = await followJob(service, '7', as('a'));
    using _two = await followJob(service, '7', as('a'));
    const refused = await service.send('GET', '/jobs/7/events', as('a'));
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '10']);
    expect(refused.body).toMatchObject({ code: 'too-many-streams', retryable: true });
    using other = await followJob(service, '7', as('b'));
    expect(other.status).toBe(200);
    expect((await service.send('GET', '/jobs/7', as('a'))).status).toBe(200);
  });

  it('in all is bounded: 503 with Retry-After', async () => {
    await start({ most: 2 });
    using _one = await followJob(service, '7', as('a'));
    using _two = await followJob(service, '7', as('b'));
    const refused = await service.send('GET', '/jobs/7/events', as('c'));
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
    expect(refused.body.code).toBe('overloaded');
  });

  it('counts those only that are open', async () => {
    await start({ mostForEachCaller: 1, most: 1 });
    const open = async () => {
      const stream = await followJob(service, '7', as('a'));
      const { status } = stream;
      stream[Symbol.dispose]();
      await settle(service);
      return status;
    };
    expect([await open(), await open(), await open()]).toEqual([200, 200, 200]);
    // A refusal, a problem and a stream that ends at once take no place either.
    for (const path of ['/jobs/404/events', '/jobs/a%20b/events']) await service.send('GET', path, as('a'));
    service.emulator.jobs.put('prod', { id: 8, status: 'SUCCEEDED' });
    using ended = await followJob(service, '8', as('a'));
    await until(() => ended.state() === 'ended');
    expect(await open()).toBe(200);
  });

  it('counts those who wait too', async () => {
    await start({ mostForEachCaller: 1 });
    using _one = await followJob(service, '7', as('a'));
    const headers = { prefer: 'wait=10', authorization: 'a' };
    const answer = await service.send('GET', '/jobs/7', { headers });
    expect([answer.status, answer.headers['preference-applied']]).toEqual([200, undefined]);
  });
});

describe('a caller that does not read', () => {
  /** About as many bytes as `text` is long, and different each time. */
  const bigJob = (updateTime: number, bytes: number) => ({
    updateTime,
    fields: 'x'.repeat(bytes),
  });

  it('is cut off once more than 256 kB wait for it, while others go on, and can come back', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    putJob(service, bigJob(0, 1_000_000));
    using lazy = await followJob(service, '7');
    using reader = await followJob(service, '7');
    await until(() => lazy.events().length === 1);
    lazy.pause();
    const isCutOff = () => service.logLines().some(({ aborted }) => aborted === true);
    // What the operating system takes for it is not in our hands, but bounded.
    let updates = 0;
    for (; updates < 60 && !isCutOff(); updates += 1) {
      putJob(service, bigJob(updates + 1, 1_000_000));
      await pass(service, 20_000, 10_000);
    }
    expect(isCutOff()).toBe(true);
    await until(() => reader.events().length >= updates);
    expect(reader.state()).toBe('open');
    lazy.resume();
    await until(() => lazy.state() === 'broken');
    using back = await followJob(service, '7', {
      headers: { 'last-event-id': String(lazy.events().at(-1)?.id) },
    });
    await until(() => back.events().at(-1)?.id === reader.events().at(-1)?.id);
  });

  it('is another one than one whose job is large: a single event may be larger than that', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    putJob(service, bigJob(0, 4_500_000));
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    putJob(service, { ...bigJob(1, 4_500_000), status: 'SUCCEEDED' });
    await pass(service, 20_000);
    await until(() => stream.state() !== 'open');
    expect([stream.told(), stream.state()]).toEqual([['job PROCESSING', 'job SUCCEEDED', 'done'], 'ended']);
  });
});

it('a caller that went while the host was looking up who it is takes no place', async () => {
  await using service = await startServiceUnderTest();
  const { clientId, clientSecret, orgId } = service.emulator.credential;
  const jobs = exportJobs({
    adobe: { clientId, clientSecret, orgId },
    ims: { url: service.emulator.url },
    platform: { url: service.emulator.url },
    streams: { mostForEachCaller: 1 },
    // A connection that is closed has no address any more.
    callerOf: () => ({ id: 'one', permission: 'all' }),
    overload: { lagMs: 600_000 },
  });
  putJob(service);
  let lookedUp = 0;
  const app = express();
  app.use(async ({ headers }, response, next) => {
    if (headers.authorization === 'slow') await once(response, 'close');
    lookedUp += 1;
    next();
  });
  app.use(jobs);
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${Object(server.address()).port}/jobs/7/events`;

  const caller = new AbortController();
  const call = fetch(url, { headers: { authorization: 'slow' }, signal: caller.signal });
  await once(server, 'request');
  caller.abort();
  await expect(call).rejects.toThrow();
  await until(() => lookedUp === 1);
  await settle(service);
  using stream = await openEvents(url);
  expect(stream.status).toBe(200);
  await jobs.close();
  server.close();
});
