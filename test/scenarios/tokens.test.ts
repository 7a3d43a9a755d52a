import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { jwtEnv, type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const day = 24 * 60 * 60 * 1000;
/** As in `config/default.json`. */
const outageCoolDownMs = 5_000;
const tokenOf = (headers: Readonly<Record<string, unknown>>) => headers.authorization;

describe.each(['oauth', 'jwt'] as const)('tokens by %s', (credential) => {
  const route = credential === 'oauth' ? 'token' : 'jwt';
  let service: ServiceUnderTest;

  beforeEach(async () => {
    service = await startServiceUnderTest((emulator) => ({
      ims: { timeoutMs: 500 },
      ...(credential === 'jwt' && { env: jwtEnv(emulator) }),
    }));
    // One for each caller, because those who ask for the same job would share a call.
    for (let id = 100; id < 200; id += 1) service.emulator.jobs.put('prod', { id, status: 'SUCCEEDED' });
  });
  afterEach(() => service.stop());

  const exchanges = () => service.emulator.requests.all(route).length;
  const upstreamCalls = () => service.emulator.requests.all('get');
  const get = (_caller?: unknown, nth = 0) => service.send('GET', `/jobs/${100 + nth}`);
  const misbehave = (how: Misbehaviour['how'], times = 1) =>
    service.emulator.misbehaviours.add({ route, times, how });

  it('cost one exchange for a hundred parallel first requests', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, get));
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(exchanges()).toBe(1);
    expect(new Set(upstreamCalls().map(({ headers }) => tokenOf(headers))).size).toBe(1);
  });

  it('live for a day, whichever unit IMS counts in', async () => {
    await get();
    misbehave({ kind: 'html' }, 1_000);
    service.emulator.clock.advance(day - 60_000);
    expect((await get()).status).toBe(200);
    expect(new Set(upstreamCalls().map(({ headers }) => tokenOf(headers))).size).toBe(1);
    service.emulator.clock.advance(60_000);
    expect((await get()).status).toBe(503);
  });

  it('that are revoked cost one renewal and no failed request', async () => {
    await get();
    service.emulator.tokens.revokeAll();
    const answers = await Promise.all(Array.from({ length: 20 }, get));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(exchanges()).toBe(2);
  });

  it.each([
    [401, '401013'],
    [403, '403010'],
    [403, '403020'],
  ])(
    'that are refused with %d and %s are renewed, and the call is made once more',
    async (status, error_code) => {
      await get();
      const how = { kind: 'answer', status, body: { error_code, message: 'the token' } } as const;
      service.emulator.misbehaviours.add({ route: 'get', times: 1, how });
      const answer = await get();
      expect(answer.status).toBe(200);
      expect(exchanges()).toBe(2);
      const [, refused, repeated] = upstreamCalls();
      expect(tokenOf(refused?.headers ?? {})).not.toBe(tokenOf(repeated?.headers ?? {}));
      expect(service.logLines().at(-1)).toMatchObject({ upstreamCalls: 2, upstreamStatus: 200 });
    },
  );

  it('that are refused again are not renewed for ever', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'refuse-token' } });
    const answer = await get();
    expect(answer.body).toMatchObject({
      status: 502,
      code: 'platform-refused-us',
      upstream: { code: '401013' },
    });
    expect(upstreamCalls()).toHaveLength(2);
    expect(exchanges()).toBe(2);
  });

  it.each([
    [403, '401013'],
    [401, '403010'],
    [401, '401014'],
    [401, '401015'],
    [403, '403025'],
    [403, '503020'],
  ])(
    'are kept when Platform answers %d with %s, which no new token would cure',
    async (status, error_code) => {
      const how = { kind: 'answer', status, body: { error_code, message: 'no' } } as const;
      service.emulator.misbehaviours.add({ route: 'get', times: 1, how });
      const { body } = await get();
      expect(body.status).toBe(502);
      expect(upstreamCalls()).toHaveLength(1);
      await get();
      expect(exchanges()).toBe(1);
    },
  );

  it.each([0, -1, 4_999 / (credential === 'oauth' ? 1000 : 1), 86_399_992_000, 'a day', null, undefined])(
    'with a life of %s are not believed',
    async (expires_in) => {
      misbehave({
        kind: 'answer',
        status: 200,
        body: { access_token: 't', token_type: 'bearer', expires_in },
      });
      const { body, headers } = await get();
      expect(body).toMatchObject({ status: 503, code: 'token-unavailable', upstream: { service: 'ims' } });
      expect(headers['retry-after']).toBe('5');
      expect(upstreamCalls()).toHaveLength(0);
      service.emulator.clock.advance(outageCoolDownMs);
      expect((await get()).status).toBe(200);
    },
  );

  it.each<[string, Misbehaviour['how']]>([
    ['an error of its own', { kind: 'html', status: 502 }],
    ['a page', { kind: 'html', status: 200 }],
    ['nothing', { kind: 'empty', status: 200 }],
    ['no token', { kind: 'answer', status: 200, body: { token_type: 'bearer', expires_in: 86_399_992 } }],
    ['a reset', { kind: 'reset' }],
  ])(
    'cannot be had while IMS answers with %s: 503, nothing is sent without one, and no failure is kept for longer than its cool-down',
    async (_n, how) => {
      misbehave(how);
      const { body, headers } = await get();
      expect(body).toMatchObject({
        status: 503,
        code: 'token-unavailable',
        owner: 'platform',
        retryable: true,
      });
      expect(headers['retry-after']).toBe('5');
      expect(upstreamCalls()).toHaveLength(0);
      service.emulator.clock.advance(outageCoolDownMs);
      expect((await get()).status).toBe(200);
    },
  );

  it('cannot be had with a credential that IMS refuses', async () => {
    misbehave({
      kind: 'answer',
      status: 400,
      headers: { 'x-debug-id': 'debug-1' },
      body: { error: 'invalid_client', error_description: 'invalid client_secret parameter' },
    });
    const { body } = await get();
    expect(body).toMatchObject({
      status: 503,
      code: 'credential-refused',
      owner: 'operator',
      retryable: false,
      upstream: { service: 'ims', code: 'invalid_client', messages: ['invalid client_secret parameter'] },
    });
    expect(service.logLines().at(-1)?.error).toContain('invalid client_secret parameter');
  });
});
