import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { type Program, startProgram } from '../support/program.ts';
import { emulatorEnv, jwtEnv } from '../support/service-under-test.ts';

const canarySecret = 'canary-secret-3b1f';
const canaryPassphrase = 'canary-passphrase-77aa';
const canaryToken = 'canary-token-e5c9';
const canaryWebToken = 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9.c2lnbmF0dXJl';

const token = (how: object): Misbehaviour['how'] => ({ kind: 'answer', status: 200, body: how });

/** Every way in which IMS can fail, most of them quoting what it was sent. */
const imsFailures: Misbehaviour['how'][] = [
  token({ access_token: canaryToken, expires_in: 0 }),
  token({ access_token: canaryToken }),
  token({ token: canaryToken, secret: canarySecret }),
  { kind: 'answer', status: 200, body: `<html>${canaryToken}` },
  { kind: 'answer', status: 400, body: { error: 'invalid_client', error_description: `no ${canarySecret}` } },
  { kind: 'answer', status: 400, body: { error: canarySecret, error_description: 'odd' } },
  { kind: 'answer', status: 400, body: { access_token: canaryToken, error: 'invalid_scope' } },
  {
    kind: 'answer',
    status: 400,
    body: { error: 'invalid_scope', error_description: `token ${canaryWebToken}` },
  },
  { kind: 'answer', status: 500, body: { error: 'internal_error', error_description: canarySecret } },
  { kind: 'answer', status: 302, headers: { location: `/?secret=${canarySecret}` } },
  { kind: 'html' },
  { kind: 'empty' },
  { kind: 'reset' },
];

/** Every way in which Platform can fail, most of them quoting the token. */
const platformFailures: Misbehaviour['how'][] = [
  ...[400, 401, 403, 404, 429, 500].map((status) => ({
    kind: 'answer' as const,
    status,
    // Without it, a 429 would hold back all that comes after it.
    headers: { 'x-request-id': canaryToken, 'x-echo': canaryToken, 'retry-after': '0' },
    body: { error_code: canaryToken, message: `Bearer ${canaryToken} is no good`, requestId: canaryToken },
  })),
  { kind: 'answer', status: 400, body: { errors: { 400: [{ code: canaryToken, message: canaryToken }] } } },
  { kind: 'answer', status: 200, body: { status: false, message: canaryToken } },
  { kind: 'answer', status: 200, body: `not JSON ${canaryToken}` },
  { kind: 'answer', status: 302, headers: { location: `/${canaryToken}` } },
  { kind: 'refuse-token' },
  { kind: 'reset' },
  { kind: 'half-body' },
];

const calls: [string, string, string?][] = [
  ['GET', '/jobs'],
  ['GET', '/jobs/100'],
  ['POST', '/jobs', '{"datasetId":"d","segments":["s"]}'],
  ['DELETE', '/jobs/100'],
];

const badCalls: [string, string, string?][] = [
  ['GET', '/jobs?status=x'],
  ['GET', '/jobs/a.b'],
  ['GET', '/nowhere'],
  ['PUT', '/jobs'],
  ['POST', '/jobs', '{"datasetId":'],
  ['POST', '/jobs', '{"x":1}'],
  ['GET', '/readyz'],
  ['GET', '/openapi.json'],
  ['GET', '/problems/credential-refused'],
];

describe.each(['oauth', 'jwt'] as const)(
  'with a %s credential, no secret and no token gets out',
  (credential) => {
    const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: canaryPassphrase,
    });
    const keyLine = String(privateKey).split('\n')[3] ?? '';
    const env = (emulator: Emulator) => ({
      ...emulatorEnv(emulator),
      ...(credential === 'jwt' && jwtEnv(emulator)),
      ADOBE_CLIENT_SECRET: canarySecret,
      ADOBE_PRIVATE_KEY: String(privateKey),
      ADOBE_PRIVATE_KEY_PASSPHRASE: canaryPassphrase,
      LOG_LEVEL: 'trace',
    });

    let emulator: Emulator;
    let program: Program;
    let seen: string;
    beforeEach(async () => {
      emulator = await startEmulator();
      program = startProgram('test/support/restless-main.ts', { env: env(emulator) });
      seen = '';
    });
    afterEach(async () => {
      await program[Symbol.asyncDispose]();
      await emulator.close();
    });

    async function call(url: string, [method, path, body]: [string, string, string?]): Promise<number> {
      const headers = { 'content-type': 'application/json', authorization: 'Bearer canary-caller' };
      const answer = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body }) });
      seen += JSON.stringify([...answer.headers]) + (await answer.text());
      return answer.status;
    }

    it('in a run that meets every error', async () => {
      const [, url = ''] = await program.waitFor(/"url":"(http[^"]+)"/);
      const route = credential === 'oauth' ? 'token' : 'jwt';
      const statuses = new Set<number>();
      for (const how of imsFailures) {
        emulator.misbehaviours.add({ route, times: 1, how });
        statuses.add(await call(url, ['GET', '/jobs']));
      }
      expect([...statuses]).toEqual([503]);

      const life = credential === 'oauth' ? 86_399 : 86_399_992;
      emulator.misbehaviours.clear();
      emulator.misbehaviours.add({
        route,
        how: token({ access_token: canaryToken, token_type: 'bearer', expires_in: life }),
      });
      for (const how of platformFailures) {
        for (const one of calls) {
          for (const upstream of ['list', 'get', 'create', 'cancel'] as const) {
            emulator.misbehaviours.add({ route: upstream, how });
          }
          expect(await call(url, one)).toBeGreaterThan(201);
          emulator.misbehaviours.clear();
          emulator.misbehaviours.add({
            route,
            how: token({ access_token: canaryToken, token_type: 'bearer', expires_in: life }),
          });
        }
      }
      for (const one of badCalls) await call(url, one);
      const sent = emulator.requests.all('get').map(({ headers }) => headers.authorization);
      expect(sent).toContain(`Bearer ${canaryToken}`);

      program.process.kill('SIGTERM');
      expect(await program.ended()).toBe(0);
      const everything = program.output() + seen;
      expect(everything.length).toBeGreaterThan(10_000);
      // The audit trail is in it, and the ids by which Platform has quoted the token.
      expect(program.printed()).toMatch(/"log":"audit".*"platformRequestIds":\["\[secret\]"/);
      const canaries = [
        canarySecret,
        canaryPassphrase,
        canaryToken,
        'canary-caller',
        keyLine,
        'client_secret=',
      ];
      expect(canaries.filter((canary) => everything.includes(canary))).toEqual([]);
    });

    it('in what --check prints', async () => {
      await using check = startProgram('src/main.ts', { env: env(emulator), args: ['--check'] });
      expect(await check.ended()).toBe(0);
      expect(
        [canarySecret, canaryPassphrase, keyLine].filter((canary) => check.output().includes(canary)),
      ).toEqual([]);
    });
  },
);
