import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allowedHeaders, exposedHeaders } from '../../src/http/cors/header-names.ts';
import { methodsOf } from '../../src/http/paths.ts';
import { newJob } from '../support/addressed.ts';
import { asBearer, bearerCallers } from '../support/bearer-callers.ts';
import { openEvents } from '../support/event-reader.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

const named = 'https://app.example.com';
const unnamed = 'https://evil.example';
let lagMs = 0;
let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest({
    env: { CORS_ORIGINS: `${named},https://*.apps.example` },
    identify: bearerCallers({ app: {}, reader: { permissions: new Set(['jobs:read']) } }),
    load: { lagMs: () => lagMs, close() {} },
  });
  putJob(service);
});
beforeEach(() => {
  lagMs = 0;
  service.emulator.requests.clear();
});
afterAll(() => service.stop());

/** From a page of this origin, as a browser sends it. */
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(`${service.url}${path}`, { method, headers, ...(body !== undefined && { body }) });

const preflight = (path: string, origin: string, method = 'POST') =>
  ask('OPTIONS', path, { origin, 'access-control-request-method': method });

/** What a page needs to read an answer. */
function expectReadable({ headers }: Response, origin = named): void {
  expect(headers.get('access-control-allow-origin')).toBe(origin);
  expect(headers.get('access-control-expose-headers')?.split(',')).toEqual(exposedHeaders);
}

const corsHeaders = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const varyOf = ({ headers }: Response) => headers.get('vary')?.toLowerCase().split(/, */) ?? [];

describe('a preflight', () => {
  it.each(Object.entries(methodsOf))('of %s allows its methods, and what is read', async (path, methods) => {
    const answer = await preflight(path.replace(/:\w+/, '7'), named);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': named,
      'access-control-allow-methods': methods.join(','),
      'access-control-allow-headers': allowedHeaders.join(','),
      'access-control-max-age': '7200',
    });
    expect(varyOf(answer)).toContain('origin');
    // The same list as in the answer to what is not allowed.
    const refused = await ask('PATCH', path.replace(/:\w+/, '7'), asBearer('app'));
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, methods.join(', ')]);
  });

  it.each([
    [unnamed, 'DELETE', '/jobs/7'],
    ['null', 'POST', '/jobs'],
    ['http://app.example.com', 'GET', '/jobs'],
    ['https://apps.example', 'POST', '/jobs/7/events/tickets'],
  ])('from %s is refused with a code, and without a word for the browser', async (origin, method, path) => {
    const answer = await preflight(path, origin, method);
    expect([answer.status, Object(await answer.json()).code]).toEqual([403, 'foreign-origin']);
    expect(corsHeaders(answer)).toEqual([]);
    expect(varyOf(answer)).toContain('origin');
  });

  it('is answered under load too, so that the page gets to read the 503', async () => {
    lagMs = 600_000;
    expect((await preflight('/jobs', named)).status).toBe(204);
  });

  it('is not what any other OPTIONS is', async () => {
    for (const headers of [{}, { origin: named }, { 'access-control-request-method': 'POST' }]) {
      expect((await ask('OPTIONS', '/jobs', { ...headers, ...asBearer('app') })).status).toBe(405);
    }
  });

  it('is unknown where no origin is named', async () => {
    await using without = await startServiceUnderTest();
    const headers = { origin: named, 'access-control-request-method': 'POST' };
    const answer = await fetch(`${without.url}/jobs`, { method: 'OPTIONS', headers });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect([...corsHeaders(answer), ...varyOf(answer)]).toEqual([]);
    const read = await fetch(`${without.url}/jobs`, { headers: { origin: named } });
    expect([read.status, corsHeaders(read), varyOf(read)]).toEqual([200, [], ['x-sandbox-name']]);
  });
});

describe('an answer to a page of a named origin', () => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['a list', 200, 'GET', '/jobs', 'app', {}],
    ['a job', 200, 'GET', '/jobs/7', 'app', {}],
    ['an unknown caller', 401, 'GET', '/jobs', 'nobody', {}],
    ['a caller without the permission', 403, 'DELETE', '/jobs/7', 'reader', {}],
    ['another sandbox', 403, 'GET', '/jobs', 'app', { 'x-sandbox-name': 'elsewhere' }],
    ['what does not exist', 404, 'GET', '/nothing', 'app', {}],
    ['a job that does not exist', 404, 'GET', '/jobs/8', 'app', {}],
    ['an unknown method', 405, 'PATCH', '/jobs', 'app', {}],
    ['a bad query', 400, 'GET', '/jobs?limit=0', 'app', {}],
    ['a bad body', 400, 'POST', '/jobs', 'app', json],
    ['a refused stream', 401, 'GET', '/jobs/7/events?ticket=wrong', 'app', {}],
    ['the health', 200, 'GET', '/livez', 'app', {}],
  ])('can be read: %s, %i', async (_what, status, method, path, token, headers) => {
    const answer = await ask(method, path, { origin: named, ...asBearer(token), ...headers });
    expect(answer.status).toBe(status);
    expectReadable(answer);
    expect(varyOf(answer)).toContain('origin');
  });

  it('can be read where load is shed, and where something breaks inside', async () => {
    lagMs = 600_000;
    const shed = await ask('GET', '/jobs', { origin: named, ...asBearer('app') });
    expect(shed.status).toBe(503);
    expectReadable(shed);
    await using broken = await startServiceUnderTest({
      env: { CORS_ORIGINS: named },
      identify: () => {
        throw new TypeError('a fault of ours');
      },
    });
    const answer = await fetch(`${broken.url}/jobs`, { headers: { origin: named } });
    expect(answer.status).toBe(500);
    expectReadable(answer);
  });

  it('can be read where it is unmodified, and where it goes on', async () => {
    const headers = { origin: 'https://a.b.apps.example', ...asBearer('app') };
    const etag = (await ask('GET', '/jobs/7', headers)).headers.get('etag') ?? '';
    const unmodified = await ask('GET', '/jobs/7', { ...headers, 'if-none-match': etag });
    expect([unmodified.status, varyOf(unmodified)]).toEqual([304, ['origin', 'x-sandbox-name', 'prefer']]);
    expectReadable(unmodified, 'https://a.b.apps.example');
    using stream = await openEvents(`${service.url}/jobs/7/events`, { headers });
    expect([stream.status, stream.headers.vary]).toEqual([200, 'origin, x-sandbox-name']);
    expect(stream.headers['access-control-allow-origin']).toBe('https://a.b.apps.example');
  });

  it('is of a create, which is carried out', async () => {
    const answer = await ask('POST', '/jobs', { origin: named, ...asBearer('app'), ...json }, newJob);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/jobs/101']);
    expectReadable(answer);
  });
});

describe('an answer to anybody else', () => {
  it.each([
    ['a page elsewhere', { origin: unnamed }],
    ['a page that hides its origin', { origin: 'null' }],
    ['no page', {}],
  ])('has nothing for a page, and says what it depends on: %s', async (_who, headers) => {
    for (const path of ['/jobs', '/jobs/7', '/jobs/8', '/nothing', '/livez']) {
      const answer = await ask('GET', path, { ...headers, ...asBearer('app') });
      expect([path, corsHeaders(answer)]).toEqual([path, []]);
      expect([path, varyOf(answer)[0]]).toEqual([path, 'origin']);
    }
  });

  it('never allows cookies, nor everybody', async () => {
    const answers = [
      await preflight('/jobs', named),
      await preflight('/jobs', unnamed),
      await ask('GET', '/jobs', { origin: named, cookie: 'session=1', ...asBearer('app') }),
    ];
    for (const { headers } of answers) {
      expect(headers.has('access-control-allow-credentials')).toBe(false);
      expect(headers.get('access-control-allow-origin')).not.toBe('*');
    }
  });
});
