import { afterEach, describe, expect, it } from '@jest/globals';
import { AuthenticationUnavailable } from '../../src/callers/errors.ts';
import { as, bearerCallers, eventually } from '../support/bearer-callers.ts';
import {
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  startServiceUnderTest,
} from '../support/service-under-test.ts';
import { statusesOf } from '../support/statuses-of.ts';
import { putJob } from '../support/watching.ts';

let service: ServiceUnderTest;
afterEach(() => service.stop());

const identify = bearerCallers({ known: {} });

async function start(more: ServiceUnderTestOptions = {}) {
  service = await startServiceUnderTest({ identify, limits: { failuresPerMinute: 3 }, ...more });
  putJob(service);
}

const ask = (headers: Record<string, string> = {}) => fetch(`${service.url}/jobs/7`, { headers });
const fail = (more: Record<string, string> = {}) => ask(as('guessed', more).headers);

describe.each([
  ['at once', identify],
  ['after a while', eventually(identify)],
])('an address whose credentials are refused %s', (_when, identifying) => {
  it('is answered 429 with Retry-After after so many in a minute, and 401 again after that', async () => {
    await start({ identify: identifying });
    expect(await statusesOf(4, () => fail())).toEqual([401, 401, 401, 429]);
    service.emulator.clock.advance(15_000);
    const { status, headers, body } = await service.send('GET', '/jobs/7', as('guessed'));
    expect([status, headers['retry-after'], body.code]).toEqual([429, '45', 'too-many-requests']);
    service.emulator.clock.advance(45_000);
    expect((await fail()).status).toBe(401);
    expect(service.emulator.requests.all('get')).toEqual([]);
  });

  it('still hears how to authenticate, since its token may only have ended', async () => {
    await start({ identify: identifying });
    await statusesOf(3, () => fail());
    const { headers, body } = await service.send('GET', '/jobs/7', as('guessed'));
    expect(headers['www-authenticate']).toBe('Bearer realm="aep-jobs-bff", error="invalid_token"');
    expect(body.detail).toContain('This token is not valid here.');
  });

  it('lets everybody through who brings a valid credential, however many fail there', async () => {
    await start({ identify: identifying });
    expect(await statusesOf(20, () => fail())).toContain(429);
    expect((await ask(as('known').headers)).status).toBe(200);
    expect((await service.send('DELETE', '/jobs/7', as('known'))).status).toBe(202);
  });

  it('is the same whatever it claims in headers, where no proxy is trusted', async () => {
    await start({ identify: identifying });
    const claims = (index: number) => ({
      'x-forwarded-for': `203.0.113.${index}`,
      forwarded: `for=203.0.113.${index}`,
      'x-real-ip': `203.0.113.${index}`,
    });
    expect(await statusesOf(4, (index) => fail(claims(index)))).toEqual([401, 401, 401, 429]);
  });
});

it('a request without any credential, and one that cannot be read, count as failures too', async () => {
  await start();
  const answers = [await ask(), await ask({ authorization: 'Basic YTpi' }), await ask(), await ask()];
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
});

it('an address learns nothing of how often others fail: it gets no RateLimit fields', async () => {
  await start();
  for (let sent = 0; sent < 5; sent += 1) {
    const { headers } = await fail();
    expect([headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([null, null]);
  }
});

it('only a refused credential is a failure: not a missing permission, and not that nobody can check it', async () => {
  const unavailable = new AuthenticationUnavailable('The key set cannot be fetched.', {
    retryAfterMs: 1_000,
  });
  await start({
    identify: (request) => {
      if (request.get('authorization') === 'Bearer later') throw unavailable;
      return bearerCallers({ known: { permissions: new Set() } })(request);
    },
  });
  expect(await statusesOf(5, () => ask(as('later').headers))).toEqual([503, 503, 503, 503, 503]);
  expect(await statusesOf(5, () => ask(as('known').headers))).toEqual([403, 403, 403, 403, 403]);
  expect((await fail()).status).toBe(401);
});

it('the log names the address that is slowed down, and no credential', async () => {
  await start();
  await statusesOf(4, () => fail());
  const slowed = service.logLines().filter(({ code }) => code === 'too-many-requests');
  expect(slowed).toHaveLength(1);
  expect(slowed[0]?.error).toContain('from 127.0.0.1 were not authenticated');
  expect(JSON.stringify(service.logLines())).not.toContain('guessed');
});

it('health, the document and the pages are answered to an address that is slowed down', async () => {
  await start();
  await statusesOf(9, () => fail());
  for (const path of ['/livez', '/readyz', '/openapi.json', '/problems/not-authenticated']) {
    expect((await service.send('GET', path, as('guessed'))).status).toBe(200);
  }
});
