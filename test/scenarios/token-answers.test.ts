import { afterEach, describe, expect, it } from '@jest/globals';
import type { How } from '../support/failing.ts';
import { jwtEnv, type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const token = 'canary-token-e5c9';
const answerWith = (body: unknown, status = 200): How => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe.each([
  ['oauth', 'token', 86_399],
  ['jwt', 'jwt', 86_399_992],
] as const)('what IMS answers to an exchange by %s', (credential, route, life) => {
  let service: ServiceUnderTest;
  afterEach(() => service.stop());

  /** What becomes of a caller's read with this answer of IMS's, and the log line of it. */
  async function readWith(how: How) {
    service = await startServiceUnderTest((emulator) => ({
      env: credential === 'jwt' ? jwtEnv(emulator) : {},
      platform: { breaker: { failuresToOpen: 1, openMs: 10_000 } },
    }));
    service.emulator.misbehaviours.add({ route, how });
    const answer = await service.send('GET', '/jobs');
    const line = service.logLines().find(({ msg }) => msg === 'request');
    expect(JSON.stringify([answer.text, service.logLines()])).not.toContain(token);
    return { answer, error: String(line?.error), sent: service.emulator.requests.all('list') };
  }
  const grant = { access_token: token, token_type: 'bearer', expires_in: life };

  it.each([
    // https://github.com/badgateway/oauth2-client/issues/123, https://github.com/panva/oauth4webapi/pull/112
    ['a life in digits', { ...grant, expires_in: String(life) }],
    ['a life in digits with blanks', { ...grant, expires_in: ` ${life} ` }],
    ['a life with a fraction', { ...grant, expires_in: life - 0.5 }],
    ['another spelling of bearer', { ...grant, token_type: 'BEARER' }],
    ['no token_type', { access_token: token, expires_in: life }],
    ['a token_type of null', { ...grant, token_type: null }],
    ['the sign at the end of some tokens', { ...grant, access_token: `${token}+/==` }],
    ['members that RFC 6749 lets be there', { ...grant, scope: 'openid', refresh_token: 'r', x: [] }],
  ])('is a token with %s', async (_name, body) => {
    const { sent } = await readWith(answerWith(body));
    expect(sent[0]?.headers.authorization).toBe(`Bearer ${body.access_token}`);
  });

  it('is a token with 201, which is as good as 200', async () => {
    const { sent } = await readWith(answerWith(grant, 201));
    expect(sent[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it.each([
    [
      'a CR and LF in the token',
      { ...grant, access_token: `${token}\r\nx: y` },
      'an access_token with a character',
    ],
    [
      'a LF at the end of the token',
      { ...grant, access_token: `${token}\n` },
      'an access_token with a character',
    ],
    ['a tab in the token', { ...grant, access_token: `${token}\t` }, 'an access_token with a character'],
    [
      'a space in the token',
      { ...grant, access_token: `Bearer ${token}` },
      'an access_token with a character',
    ],
    ['a letter outside ASCII', { ...grant, access_token: `${token}é` }, 'an access_token with a character'],
    ['NUL in the token', { ...grant, access_token: `${token}\u0000` }, 'an access_token with a character'],
    [
      'a token that is no text',
      { ...grant, access_token: { value: token } },
      'an access_token that is no text',
    ],
    // RFC 6749, 7.1: a type that is not understood must not be used.
    ['a token of another type', { ...grant, token_type: 'mac' }, 'a token_type other than bearer'],
    ['a type that is no text', { ...grant, token_type: 1 }, 'a token_type other than bearer'],
    ['no life', { access_token: token, token_type: 'bearer' }, 'no expires_in'],
    ['a life of null', { ...grant, expires_in: null }, 'no expires_in'],
    ['a life in words', { ...grant, expires_in: 'a day' }, 'an expires_in that is no number'],
    ['a life in another notation', { ...grant, expires_in: '8.6e4' }, 'an expires_in that is no number'],
    ['a life that is true', { ...grant, expires_in: true }, 'an expires_in that is no number'],
    ['a life below zero', { ...grant, expires_in: -life }, 'a life of'],
    [
      'a life of the other unit',
      { ...grant, expires_in: credential === 'oauth' ? 86_399_992 : 3_599 },
      'a life of',
    ],
    ['a life without end', { ...grant, expires_in: 1e300 }, 'a life of'],
  ])('is named in the log, and never sent, with %s', async (_name, body, reason) => {
    const { answer, error, sent } = await readWith(answerWith(body));
    expect([answer.status, answer.body.code]).toEqual([503, 'token-unavailable']);
    expect(error).toContain(reason);
    expect(error).not.toContain('without a token');
    expect(sent).toEqual([]);
  });

  it('that cannot be sent opens no circuit: Platform has not been asked', async () => {
    await readWith(answerWith({ ...grant, access_token: `${token}\r\n` }));
    service.emulator.misbehaviours.clear();
    service.emulator.clock.advance(10_000);
    expect((await service.send('GET', '/jobs')).status).toBe(200);
  });

  it('that names an error with 200 is that error, not an outage', async () => {
    const body = { error: 'invalid_client', error_description: 'invalid client_secret parameter' };
    const { answer } = await readWith(answerWith(body));
    expect(answer.body).toMatchObject({
      code: 'credential-refused',
      upstream: { code: 'invalid_client', messages: ['invalid client_secret parameter'] },
    });
  });

  it('that names an error of IMS itself with 400 is an outage, which ends by itself', async () => {
    const body = { error: 'temporarily_unavailable', error_description: 'come back' };
    const { answer } = await readWith(answerWith(body, 400));
    expect(answer.body).toMatchObject({ code: 'token-unavailable', retryable: true });
  });
});

describe('what IMS answers to an exchange by oauth alone', () => {
  it.each<[string, How, string]>([
    ['an array', answerWith([{ access_token: token, expires_in: 86_399 }]), 'no JSON object'],
    ['a number', answerWith(5), 'no JSON object'],
    ['null', answerWith(null), 'no JSON object'],
    ['nothing', { kind: 'empty', status: 204 }, 'no JSON object'],
    ['no token at all', answerWith({ expires_in: 86_399 }), 'no access_token'],
    ['an empty token', answerWith({ access_token: '', expires_in: 86_399 }), 'an empty access_token'],
  ])('is named in the log with %s', async (_name, how, reason) => {
    await using service = await startServiceUnderTest();
    service.emulator.misbehaviours.add({ route: 'token', how });
    expect((await service.send('GET', '/jobs')).body.code).toBe('token-unavailable');
    expect(service.logLines()).toContainEqual(
      expect.objectContaining({ error: expect.stringContaining(reason) }),
    );
  });

  it('is a token behind a byte order mark too', async () => {
    await using service = await startServiceUnderTest();
    const body = `\ufeff${JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: '86399' })}`;
    service.emulator.misbehaviours.add({ route: 'token', how: { kind: 'answer', status: 200, body } });
    await service.send('GET', '/jobs');
    const [sent] = service.emulator.requests.all('list');
    expect(sent?.headers.authorization).toBe(`Bearer ${token}`);
  });
});
