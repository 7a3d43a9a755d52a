import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import request from 'supertest';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

let service: ServiceUnderTest;
afterEach(() => service.stop());

const start = async (env: Record<string, string>, more = {}) => {
  service = await startServiceUnderTest({ env, ...more });
  service.emulator.jobs.put('prod', { id: 1, status: 'SUCCEEDED' });
  service.emulator.jobs.put('prod', { id: 2, status: 'SUCCEEDED' });
};
const prefixed = (value: string) => ({ headers: { 'x-forwarded-prefix': value } });
const job = { datasetId: 'd', allProfiles: true };

/** All links that the service makes for a request with these headers, which came without the prefix. */
async function links(options: { headers?: Record<string, string> } = {}) {
  const listed = await service.send('GET', '/jobs?limit=1', options);
  const created = await service.send('POST', '/jobs', { ...options, body: job });
  const missing = await service.send('GET', '/jobs/999', options);
  const nowhere = await service.send('GET', '/nowhere', options);
  const document = await service.send('GET', '/openapi.json', options);
  return {
    next: listed.body.next,
    link: listed.headers.link,
    location: created.headers.location,
    type: missing.body.type,
    instance: missing.body.instance,
    hint: nowhere.body.detail,
    servers: document.body.servers,
  };
}

const below = (prefix: string) => ({
  next: expect.stringMatching(new RegExp(`^${prefix}/jobs\\?limit=1&offset=`)),
  link: expect.stringMatching(new RegExp(`^<${prefix}/jobs\\?limit=1&offset=[^>]+>; rel="next"$`)),
  location: expect.stringMatching(new RegExp(`^${prefix}/jobs/\\d+$`)),
  type: `${prefix}/problems/job-not-found`,
  instance: `${prefix}/jobs/999`,
  hint: expect.stringContaining(` ${prefix}/openapi.json`),
  servers: [{ url: prefix || '/' }],
});

describe('behind a gateway that takes a path off', () => {
  it('every link begins with BASE_PATH', async () => {
    await start({ BASE_PATH: '/exports/v1' });
    expect(await links()).toEqual(below('/exports/v1'));
    expect(await links(prefixed('/other'))).toEqual(below('/exports/v1'));
  });

  it('a refusal without a request names BASE_PATH too', async () => {
    await start({ BASE_PATH: '/exports' });
    const caller = await openRawCaller(service.url);
    await caller.send('nonsense\r\n\r\n');
    await until(() => caller.isClosed());
    expect(caller.received()).toContain('"type":"/exports/problems/unreadable-request"');
  });

  it('is the gateway’s to take off: below BASE_PATH itself there is nothing', async () => {
    await start({ BASE_PATH: '/exports' });
    const { status, body } = await request(service.url).get('/exports/jobs');
    expect([status, body.type]).toEqual([404, '/exports/problems/not-found']);
  });

  it('every link begins with the prefix that a trusted proxy names, in place of BASE_PATH', async () => {
    await start({ BASE_PATH: '/exports', TRUSTED_PROXIES: '127.0.0.1' });
    expect(await links(prefixed('/team-a/exports'))).toEqual(below('/team-a/exports'));
    expect(await links(prefixed('/team-a/'))).toEqual(below('/team-a'));
    expect(await links(prefixed('/of-the-caller, /team-b'))).toEqual(below('/team-b'));
    expect(await links(prefixed('/'))).toEqual(below(''));
    expect(await links()).toEqual(below('/exports'));
  });

  it('the prefix is nothing where it comes from anybody else', async () => {
    await start({ TRUSTED_PROXIES: '10.0.0.0/8' });
    expect(
      await links({ headers: { 'x-forwarded-prefix': '/a', forwarded: 'for=10.0.0.1;prefix="/a"' } }),
    ).toEqual(below(''));
  });

  it('what is no path is ignored, and said once', async () => {
    await start({ BASE_PATH: '/exports', TRUSTED_PROXIES: '127.0.0.1' });
    for (const value of [
      '//evil.example',
      '/a/../b',
      '/a/./b',
      '/a//b',
      'a',
      'https://evil.example',
      '/a b',
      '/a%2f',
      '/a?b',
      `/${'a'.repeat(200)}`,
      '/"><script>',
      '/a,',
    ]) {
      const { body } = await service.send('GET', '/jobs/999', prefixed(value));
      expect([value, body.type]).toEqual([
        value,
        value === '/a,' ? '/problems/job-not-found' : '/exports/problems/job-not-found',
      ]);
    }
    expect(service.logLines().filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({
        msg: 'A trusted proxy sends an X-Forwarded-Prefix that is no path; it is ignored',
      }),
    ]);
  });

  it('two gateways never get each other’s links, not from the cache either, and share what is cached', async () => {
    await start({ TRUSTED_PROXIES: '127.0.0.1' }, { cache: 'asConfigured' });
    const nexts = [];
    for (const prefix of ['/a', '/b', '/a', ''])
      nexts.push(
        (await service.send('GET', '/jobs?limit=1', prefix === '' ? {} : prefixed(prefix))).body.next,
      );
    expect(nexts.map((next) => next.split('/jobs?')[0])).toEqual(['/a', '/b', '/a', '']);
    expect(service.emulator.requests.all('list')).toHaveLength(1);
    expect(service.logLines().map(({ route }) => route)).toEqual(['/jobs', '/jobs', '/jobs', '/jobs']);
  });

  it('whatever a trusted proxy sends, links are below a path or as without it, and no answer is a fault', async () => {
    await start({ TRUSTED_PROXIES: '127.0.0.1' });
    const part = fc.constantFrom(
      '/',
      '//',
      '.',
      '..',
      'a',
      'B9',
      '~_-',
      '%2e',
      '\\',
      '?',
      '#',
      ',',
      ' ',
      '<',
      '"',
      'é',
      ':',
      '@',
      '\t',
    );
    const value = fc.oneof(
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
      fc.string({
        unit: fc
          .integer({ min: 0x20, max: 0xff })
          .filter((code) => code !== 0x7f)
          .map((code) => String.fromCharCode(code)),
        maxLength: 300,
      }),
    );
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const headers = { 'x-forwarded-prefix': given };
        const listed = await service.send('GET', '/jobs?limit=1', { headers });
        const missing = await service.send('GET', '/jobs/999', { headers });
        expect([listed.status, missing.status]).toEqual([200, 404]);
        const prefix = /^(.*)\/problems\/job-not-found$/.exec(missing.body.type)?.[1];
        expect(prefix).toMatch(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)*$/);
        expect(listed.headers.link).toMatch(
          new RegExp(`^<${prefix}/jobs\\?limit=1&offset=[\\w%]+>; rel="next"$`),
        );
        // Resolved by a browser, they stay at the gateway.
        expect(new URL(missing.body.type, 'https://gateway.example').host).toBe('gateway.example');
      }),
      { numRuns: 100 },
    );
  });
});
