import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asBearer, bearerCallers } from '../support/bearer-callers.ts';
import { until } from '../support/driving.ts';
import { openEvents } from '../support/event-reader.ts';
import { gateway } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

const endsAtMs = Date.parse('2026-01-01T01:00:00Z');

describe('a ticket', () => {
  let service: ServiceUnderTest;
  let isListed: boolean;
  beforeEach(async () => {
    isListed = true;
    service = await startServiceUnderTest({
      identify: bearerCallers({
        app: { sandboxes: ['prod', 'dev'] },
        other: {},
        creator: { permissions: new Set(['jobs:create', 'jobs:cancel']) },
        ending: { expiresAtMs: endsAtMs },
        listed: { isCurrent: () => isListed },
      }),
      streams: { most: 5, mostForEachCaller: 3 },
    });
    putJob(service);
    putJob(service, { id: 8 });
    putJob(service, { status: 'NEW' }, 'dev');
  });
  afterEach(() => service.stop());

  const ask = (token = 'app', headers: Record<string, string> = {}, id = '7') =>
    service.send('POST', `/jobs/${id}/events/tickets`, { headers: { ...asBearer(token), ...headers } });
  const urlOf = async (...given: Parameters<typeof ask>) => String((await ask(...given)).body.url);
  const open = (url: string, headers: Record<string, string> = {}) =>
    openEvents(`${service.url}${url}`, { headers });

  /** Refused in the same words as a ticket that never was. */
  async function expectRefused(url: string, headers: Record<string, string> = {}): Promise<void> {
    using wrong = await open(`/jobs/7/events?ticket=${'x'.repeat(43)}`);
    using refused = await open(url, headers);
    const { requestId: _id, instance: _path, ...problem } = await refused.problem();
    const { requestId: _otherId, instance: _otherPath, ...expected } = await wrong.problem();
    expect([refused.status, problem]).toEqual([401, expected]);
    expect(problem.code).toBe('not-authenticated');
    expect(refused.headers['www-authenticate']).toBe(wrong.headers['www-authenticate']);
    expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
  }

  it('opens the stream of its job, once, without any other credential', async () => {
    const { status, body, headers } = await ask();
    expect([status, headers['cache-control'], headers.location]).toEqual([201, 'no-store', undefined]);
    expect(body.ticket).toMatch(/^[\w-]{43}$/);
    expect(body.url).toBe(`/jobs/7/events?ticket=${body.ticket}`);
    expect(Date.parse(body.expiresAt)).toBe(service.emulator.clock.wallNow() + 30_000);
    using stream = await open(body.url);
    await until(() => stream.told().length === 1);
    expect([stream.status, stream.told()]).toEqual([200, ['job PROCESSING']]);
    await expectRefused(body.url);
  });

  it('opens one stream of two that ask at once', async () => {
    const url = await urlOf();
    const both = await Promise.all([open(url), open(url)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    for (const stream of both) stream[Symbol.dispose]();
  });

  it('resumes where the page has been, by the last event in the query', async () => {
    using first = await open(await urlOf());
    await until(() => first.events().length === 1);
    const [{ id = '' } = {}] = first.events();
    using second = await open(`${await urlOf()}&lastEventId=${id}`);
    putJob(service, { status: 'SUCCEEDED' });
    service.emulator.clock.advance(2_000);
    await until(() => second.state() === 'ended');
    expect(second.told()).toEqual(['job SUCCEEDED', 'done']);
  });

  it('is of one job and one sandbox, and is used up where it is shown for another', async () => {
    for (const wrong of [
      '/jobs/8/events?',
      '/jobs/7/events?sandbox=dev&',
      '/jobs/7/events?sandbox=elsewhere&',
    ]) {
      const [, ticket] = (await urlOf()).split('?');
      await expectRefused(`${wrong}${ticket}`);
      await expectRefused(`/jobs/7/events?${ticket}`);
    }
    await expectRefused(await urlOf(), { 'x-sandbox-name': 'dev' });
    await expectRefused(`${await urlOf()}&ticket=second`);
  });

  it('leads to the sandbox that it was asked for in, named or not', async () => {
    for (const more of ['', '&sandbox=dev']) {
      using stream = await open(`${await urlOf('app', { 'x-sandbox-name': 'dev' })}${more}`);
      await until(() => stream.told().length === 1);
      expect(stream.told()).toEqual(['job NEW']);
    }
  });

  it('ends after half a minute', async () => {
    const [late, inTime] = [await urlOf(), await urlOf()];
    service.emulator.clock.advance(29_999);
    using stream = await open(inTime);
    expect(stream.status).toBe(200);
    service.emulator.clock.advance(1);
    await expectRefused(late);
  });

  it('ends with the credential that it was given for', async () => {
    const { clock } = service.emulator;
    clock.advance(endsAtMs - clock.wallNow() - 10_000);
    const { body } = await ask('ending');
    expect(Date.parse(body.expiresAt)).toBe(endsAtMs);
    clock.advance(10_000);
    await expectRefused(body.url);
  });

  it('decides who asks, whatever else the request brings', async () => {
    using stream = await open(await urlOf(), asBearer('nobody'));
    expect(stream.status).toBe(200);
    await expectRefused('/jobs/7/events?ticket=wrong', asBearer('app'));
    await expectRefused('/jobs/7/events?ticket=', asBearer('app'));
  });

  it.each([
    ['GET', '/jobs/7'],
    ['GET', '/jobs'],
    ['HEAD', '/jobs/7/events'],
    ['POST', '/jobs/7/events'],
    ['POST', '/jobs/7/events/tickets'],
    ['DELETE', '/jobs/7'],
  ])('is no credential for %s %s, and is not used up there', async (method, path) => {
    const url = await urlOf();
    const answer = await fetch(`${service.url}${path}?${url.split('?')[1]}`, { method });
    expect(answer.status).toBe(401);
    using stream = await open(url);
    expect(stream.status).toBe(200);
  });

  it('is given to nobody who may not read, nor for what cannot be watched', async () => {
    const asCreator = { method: 'POST', headers: asBearer('creator') };
    const forbidden = await fetch(`${service.url}/jobs/7/events/tickets`, asCreator);
    expect(Object(await forbidden.json()).code).toBe('permission-missing');
    expect((await ask('other', { 'x-sandbox-name': 'dev' })).body.code).toBe('sandbox-not-allowed');
    expect((await ask('app', {}, '9')).body.code).toBe('job-not-found');
    expect((await ask('app', {}, '7%20')).body.code).toBe('invalid-parameters');
    const query = await service.send('POST', '/jobs/7/events/tickets?sandbox=dev', {
      headers: asBearer('app'),
    });
    expect(query.body.code).toBe('invalid-parameters');
  });

  it('is given while Adobe fails, as the stream opens then', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: gateway(503, '503000', 'later') });
    using stream = await open(await urlOf());
    await until(() => stream.told().length === 1);
    expect([stream.status, stream.told()]).toEqual([200, ['trouble']]);
  });

  it('opens nothing for a caller whom the operator has taken out of the list', async () => {
    const url = await urlOf('listed');
    isListed = false;
    await expectRefused(url);
  });

  it('is of a caller, whose streams are counted as without it', async () => {
    const streams = [await open(await urlOf()), await open(await urlOf()), await open(await urlOf())];
    using fourth = await open(await urlOf());
    expect([streams.map(({ status }) => status), fourth.status]).toEqual([[200, 200, 200], 429]);
    for (const stream of streams) stream[Symbol.dispose]();
  });

  it('is refused to a caller that has many, and takes no other caller theirs', async () => {
    const kept = await urlOf('other');
    for (const _ of [1, 2, 3]) expect((await ask()).status).toBe(201);
    const { status, body, headers } = await ask();
    expect([status, body.code, headers['retry-after']]).toEqual([429, 'too-many-streams', '30']);
    expect((await ask('other')).status).toBe(201);
    const full = await ask('ending');
    expect([full.status, full.body.code, full.headers['retry-after']]).toEqual([503, 'overloaded', '30']);
    using stream = await open(kept);
    expect(stream.status).toBe(200);
    service.emulator.clock.advance(30_000);
    for (const _ of [1, 2, 3]) expect((await ask()).status).toBe(201);
  });

  it('is in no line of the log, no problem and no Referer', async () => {
    const { body } = await ask();
    using stream = await open(body.url);
    using refused = await open(body.url);
    const problem = await refused.problem();
    expect(problem.instance).toBe('/jobs/7/events');
    stream[Symbol.dispose]();
    await until(() => service.logLines().some(({ route }) => route === '/jobs/:id/events'));
    expect(JSON.stringify([service.logLines(), problem, refused.headers])).not.toContain(body.ticket);
    expect(stream.headers['referrer-policy']).toBe('no-referrer');
  });
});
