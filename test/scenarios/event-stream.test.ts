import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pass, settle, until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

describe('GET /jobs/{id}/events', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured' });
  });
  afterEach(() => service.stop());

  it('says that nobody in between may keep, change or hold back what it sends', async () => {
    putJob(service);
    using stream = await followJob(service, '7', { headers: { 'x-request-id': 'mine' } });
    expect([stream.status, stream.headers]).toEqual([
      200,
      expect.objectContaining({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'private, no-cache, no-transform',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
        'strict-transport-security': expect.any(String),
        'content-security-policy': expect.any(String),
        'x-request-id': 'mine',
        vary: 'x-sandbox-name',
      }),
    ]);
    expect(stream.headers).not.toHaveProperty('content-length');
  });

  it('tells the present state at once, then every change, then that it is done, and ends', async () => {
    const id = await startExport(service);
    using stream = await followJob(service, id);
    await until(() => stream.events().length === 1);
    expect([stream.told(), stream.state()]).toEqual([['job NEW'], 'open']);
    await pass(service, 60_000);
    expect([stream.told(), stream.state()]).toEqual([['job NEW', 'job PROCESSING'], 'open']);
    // It is done after 240 s, and found to be within a tenth of that.
    await pass(service, 210_000);
    await until(() => stream.state() !== 'open');
    expect(stream.told()).toEqual(['job NEW', 'job PROCESSING', 'job SUCCEEDED', 'done']);
    expect(stream.events().at(-1)?.data).toEqual({ id, status: 'SUCCEEDED' });
    expect(stream.state()).toBe('ended');
  });

  it('sends the very job that a GET answers, with its tag for an id, and another one for done', async () => {
    putJob(service, { status: 'SUCCEEDED' });
    using stream = await followJob(service, '7');
    await until(() => stream.state() === 'ended');
    const { body, headers } = await service.send('GET', '/jobs/7');
    const tag = headers.etag?.replaceAll('"', '');
    expect(stream.events().map(({ event, id }) => [event, id])).toEqual([
      ['job', tag],
      ['done', `${tag}.done`],
    ]);
    expect(stream.events()[0]?.data).toEqual(body);
  });

  it('says first how long to wait before coming back', async () => {
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    expect(stream.text()).toMatch(/^retry: 3000\n\n/);
  });

  it('breaks no silence shorter than 15 s and no silence lasts longer, whenever it began', async () => {
    putJob(service);
    using first = await followJob(service, '7');
    await pass(service, 4_000);
    using second = await followJob(service, '7');
    const beats = () => [first.beats(), second.beats()];
    await pass(service, 8_000);
    expect(beats()).toEqual([0, 0]);
    await pass(service, 3_000);
    expect(beats()).toEqual([1, 0]);
    await pass(service, 4_000);
    expect(beats()).toEqual([1, 1]);
    // Both are told of a change, so that both have just spoken.
    putJob(service, { updateTime: 1 });
    await pass(service, 5_000);
    expect([first.events().length, second.events().length]).toEqual([2, 2]);
    await pass(service, 8_000);
    expect(beats()).toEqual([1, 1]);
    await pass(service, 7_000);
    expect(beats()).toEqual([2, 2]);
  });

  it('gives EventSource, which says no-cache each time, what is known', async () => {
    putJob(service);
    await service.send('GET', '/jobs/7');
    using stream = await followJob(service, '7', { headers: { 'cache-control': 'no-cache' } });
    await until(() => stream.events().length === 1);
    expect(readsOf(service)).toBe(1);
  });

  it('answers with a problem, and no stream, where there is no such job', async () => {
    using stream = await followJob(service, '404');
    expect([stream.status, stream.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await stream.problem()).toMatchObject({ code: 'job-not-found', instance: '/jobs/404/events' });
  });

  it.each(['/jobs/a%20b/events', '/jobs/7/events?from=1'])('answers %s with 400', async (path) => {
    const answer = await service.send('GET', path);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-parameters']);
    expect(readsOf(service)).toBe(0);
  });

  it('refuses a sandbox that is not allowed, and asks for the job in the one that is named', async () => {
    putJob(service, {}, 'dev');
    using refused = await followJob(service, '7', { headers: { 'x-sandbox-name': 'other' } });
    expect([refused.status, (await refused.problem()).code]).toEqual([403, 'sandbox-not-allowed']);
    using stream = await followJob(service, '7', { headers: { 'x-sandbox-name': 'dev' } });
    await until(() => stream.events().length === 1);
  });

  it.each(['HEAD', 'POST', 'PUT', 'DELETE'])('is for GET only, and not for %s', async (method) => {
    const answer = await fetch(`${service.url}/jobs/7/events`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
    expect(readsOf(service)).toBe(0);
  });

  it('leaves one line in the log, when it ends', async () => {
    const id = await startExport(service);
    const lines = () => service.logLines().filter(({ route }) => route === '/jobs/:id/events');
    using stream = await followJob(service, id);
    using left = await followJob(service, id);
    await pass(service, 10_000);
    expect(lines()).toEqual([]);
    left[Symbol.dispose]();
    await until(() => lines().length === 1);
    expect(lines()[0]).toMatchObject({ status: 200, aborted: true, durationMs: 10_000 });
    await pass(service, 260_000);
    await until(() => stream.state() === 'ended');
    await settle(service);
    expect(lines().slice(1)).toEqual([expect.not.objectContaining({ aborted: true })]);
    expect(lines()[1]).toMatchObject({ status: 200, sandbox: 'prod', method: 'GET' });
  });
});
