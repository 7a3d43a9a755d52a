import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { failWith, gateway, type How, json, type Operation } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('what Platform does, and the problem that callers get', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest({ platform: { headersTimeoutMs: 200, bodyTimeoutMs: 200 } });
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    service.emulator.misbehaviours.clear();
    // Past the pause that a 429 begins for everybody.
    service.emulator.clock.advance(30_000);
  });

  // One row for each row of the contract's table, and for each oddity that platform's own documents name.
  it.each<[string, Operation, How, number, string, 'caller' | 'operator' | 'platform', boolean]>([
    [
      '400 on create',
      'create',
      json(400, { code: '400', message: 'no such dataset' }),
      422,
      'job-refused',
      'caller',
      false,
    ],
    [
      '409 on cancel',
      'cancel',
      json(409, { code: '409', message: 'has ended' }),
      422,
      'job-refused',
      'caller',
      false,
    ],
    ['404 on get', 'get', json(404, { status: 404, title: 'gone' }), 404, 'job-not-found', 'caller', false],
    ['404 on cancel', 'cancel', { kind: 'empty', status: 404 }, 404, 'job-not-found', 'caller', false],
    ['413 on create', 'create', { kind: 'html', status: 413 }, 422, 'job-refused', 'caller', false],
    ['404 on list', 'list', { kind: 'html', status: 404 }, 502, 'platform-misconfigured', 'operator', false],
    ['401 of scope', 'get', gateway(401, '401015'), 502, 'platform-refused-us', 'operator', false],
    [
      '401 without a body',
      'get',
      { kind: 'empty', status: 401 },
      502,
      'platform-refused-us',
      'operator',
      false,
    ],
    ['403 of the API key', 'list', gateway(403, '403003'), 502, 'platform-refused-us', 'operator', false],
    ['403 of the profile', 'create', gateway(403, '403025'), 502, 'platform-refused-us', 'operator', false],
    [
      '400 of a missing header',
      'list',
      gateway(400, '400003'),
      502,
      'platform-refused-us',
      'operator',
      false,
    ],
    ['403 that passes', 'get', gateway(403, '503020'), 502, 'platform-failed', 'platform', true],
    ['429', 'create', gateway(429, '429050'), 503, 'platform-throttled', 'platform', true],
    ['500', 'get', json(500, { errorMessage: 'oops' }), 502, 'platform-failed', 'platform', true],
    ['502 in HTML', 'list', { kind: 'html' }, 502, 'platform-failed', 'platform', true],
    ['503 without a body', 'cancel', { kind: 'empty' }, 502, 'platform-failed', 'platform', true],
    ['200 in HTML', 'get', { kind: 'html', status: 200 }, 502, 'platform-malformed', 'platform', true],
    [
      '200 without a body',
      'list',
      { kind: 'empty', status: 200 },
      502,
      'platform-malformed',
      'platform',
      true,
    ],
    ['a job without id', 'get', json(200, { status: 'NEW' }), 502, 'platform-malformed', 'platform', true],
    [
      'an id past 2^53',
      'get',
      json(200, { id: 2 ** 60, status: 'NEW' }),
      502,
      'platform-malformed',
      'platform',
      true,
    ],
    ['a list without records', 'list', json(200, {}), 502, 'platform-malformed', 'platform', true],
    [
      'a redirect',
      'get',
      { kind: 'answer', status: 302, headers: { location: '/elsewhere' } },
      502,
      'platform-malformed',
      'platform',
      true,
    ],
    ['over 5 MB', 'list', { kind: 'endless-body' }, 502, 'platform-malformed', 'platform', true],
    ['a reset', 'get', { kind: 'reset' }, 502, 'platform-unreachable', 'platform', true],
    ['half a body', 'list', { kind: 'half-body' }, 502, 'platform-unreachable', 'platform', true],
    ['no answer', 'get', { kind: 'hang' }, 504, 'platform-timed-out', 'platform', true],
    ['a body that stops', 'get', { kind: 'hang-in-body' }, 504, 'platform-timed-out', 'platform', true],
  ])('%s: %s', async (_name, route, how, status, code, owner, retryable) => {
    const { answer, upstreamCalls } = await failWith(service, route, how);
    expect(answer.body).toMatchObject({ status, code, owner, retryable, type: `/problems/${code}` });
    expect(upstreamCalls).toBe(1);
    const line = service.logLines().at(-1);
    // After a refused cancel the job is looked at: it may be done, or be cancelled already.
    const looks = route === 'cancel' && code === 'job-refused' ? 1 : 0;
    const requestId = answer.body.requestId;
    expect(line).toMatchObject({ status, code, upstreamCalls: 1 + looks, requestId });
  });

  // Whoever reads the log finds what Platform did, whoever asked what to do before trying again.
  it.each<[string, How, RegExp, RegExp?]>([
    ['408', { kind: 'empty', status: 408 }, /^Platform answered create with 408 /],
    ['500', json(500, {}), /^Platform answered create with 500 /],
    ['200 in HTML', { kind: 'html', status: 200 }, /^Platform answered create with 200 without JSON;/],
    [
      'a redirect',
      { kind: 'answer', status: 302, headers: { location: '/elsewhere' } },
      /^Platform answered create with a redirect \(302\)/,
    ],
    ['a reset', { kind: 'reset' }, /broke off \(ECONNRESET\);/, /ended the connection before it answered\. /],
    ['half a body', { kind: 'half-body' }, /broke off \(UND_ERR_SOCKET\);/, /in the middle of its answer\. /],
    ['no answer', { kind: 'hang' }, /in time \(UND_ERR_HEADERS_TIMEOUT\);/],
    ['a body that stops', { kind: 'hang-in-body' }, /in time \(UND_ERR_BODY_TIMEOUT\);/],
  ])(
    '%s to a create that may have been carried out: looked for in the list',
    async (_name, how, cause, said = /^Platform /) => {
      const { answer, upstreamCalls } = await failWith(service, 'create', how);
      const code = 'create-not-confirmed';
      const problem = { status: 504, code, owner: 'platform', retryable: false, type: `/problems/${code}` };
      expect(answer.body).toMatchObject(problem);
      expect(answer.body.detail).toMatch(said);
      expect(answer.body.detail).toMatch(
        /may have been started.*Look into the list of jobs before trying again/,
      );
      expect([upstreamCalls, service.emulator.requests.all('list').length]).toEqual([1, 1]);
      const line = service.logLines().at(-1);
      const requestId = answer.body.requestId;
      expect(line).toMatchObject({ status: 504, code, upstreamCalls: 2, requestId });
      expect(line?.error).toMatch(cause);
      expect(line?.error).toMatch(/; the list does not show it$/);
    },
  );

  it('of a create is unknown where the list fails, too', async () => {
    service.emulator.misbehaviours.add({ route: 'list', how: json(500, {}) });
    const { answer, upstreamCalls } = await failWith(service, 'create', { kind: 'reset' });
    expect(answer.body).toMatchObject({ status: 504, code: 'create-outcome-unknown', retryable: false });
    expect(answer.body.detail).toMatch(
      /may have been started.*look into the list of jobs .* before trying again/,
    );
    expect(upstreamCalls).toBe(1);
    expect(service.logLines().at(-1)?.error).toMatch(/; the list cannot be read: .*500/);
  });
});

describe('a Platform that is not there', () => {
  it('is platform-unreachable, and even a create may be tried again, because nothing was sent', async () => {
    await using service = await startServiceUnderTest({ env: { PLATFORM_URL: 'http://127.0.0.1:9' } });
    const answer = await service.send('POST', '/jobs', { body: { datasetId: 'd', segments: ['s'] } });
    expect(answer.body).toMatchObject({ status: 502, code: 'platform-unreachable', retryable: true });
    expect(answer.body.detail).toBe('Platform could not be reached.');
  });
});
