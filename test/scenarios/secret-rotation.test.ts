import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jwtEnv, type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const right = 'emulator-secret';
const wrong = 'canary-old-secret';

const list = async (service: ServiceUnderTest, limit = 25) =>
  (await service.send('GET', `/jobs?limit=${limit}`)).status;
const warnings = (service: ServiceUnderTest) =>
  service.logLines().filter(({ level, credential }) => level === 'warn' && credential === undefined);

describe.each(['oauth', 'jwt'] as const)('a second secret, by %s', (credential) => {
  const route = credential === 'oauth' ? 'token' : 'jwt';
  const start = (first: string, next: string) =>
    startServiceUnderTest((emulator) => ({
      env: {
        ...(credential === 'jwt' && jwtEnv(emulator)),
        ADOBE_CLIENT_SECRET: first,
        ADOBE_CLIENT_SECRET_NEXT: next,
      },
    }));
  const secretsSent = ({ emulator }: ServiceUnderTest) =>
    emulator.requests.all(route).map(({ body }) => Object(body).client_secret);

  it('is tried when IMS refuses the first, with a warning, and is first from then on', async () => {
    await using service = await start(wrong, right);
    expect(await list(service)).toBe(200);
    expect(warnings(service)).toEqual([
      expect.objectContaining({ refused: 'ADOBE_CLIENT_SECRET', inUse: 'ADOBE_CLIENT_SECRET_NEXT' }),
    ]);
    expect(JSON.stringify(service.logLines())).not.toMatch(/canary-old-secret|emulator-secret/);
    service.emulator.tokens.revokeAll();
    expect(await list(service)).toBe(200);
    expect(secretsSent(service)).toEqual([wrong, right, right]);
    expect(warnings(service)).toHaveLength(1);
  });

  it('is not asked for while the first one works', async () => {
    await using service = await start(right, wrong);
    expect(await list(service)).toBe(200);
    expect(secretsSent(service)).toEqual([right]);
  });

  it('that is refused too makes the credential a refused one, with its cool-down', async () => {
    await using service = await start(wrong, 'wrong-too');
    const answers = [await service.send('GET', '/jobs'), await service.send('GET', '/jobs')];
    expect(answers.map(({ body }) => body.code)).toEqual(['credential-refused', 'credential-refused']);
    expect(secretsSent(service)).toEqual([wrong, 'wrong-too']);
  });

  it.each([
    [400, { error: 'invalid_client', error_description: 'the second' }, 'credential-refused', 'the first'],
    [503, undefined, 'token-unavailable', undefined],
  ])('answers with what counts when trying it meets %d %j', async (status, body, code, said) => {
    await using service = await start(right, right);
    const refusal = { error: 'invalid_client', error_description: 'the first' };
    const { misbehaviours } = service.emulator;
    misbehaviours.add({ route, times: 1, how: { kind: 'answer', status: 400, body: refusal } });
    misbehaviours.add({ route, times: 1, how: { kind: 'answer', status, body } });
    const answer = await service.send('GET', '/jobs');
    expect([answer.body.code, answer.body.upstream.messages?.[0]]).toEqual([code, said]);
  });
});

describe('a secret given as a file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secret-'));
    path = join(folder, 'secret');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function start(secret: string): Promise<ServiceUnderTest> {
    writeFileSync(path, `${secret}\n`);
    return startServiceUnderTest({ env: { ADOBE_CLIENT_SECRET: '', ADOBE_CLIENT_SECRET_FILE: path } });
  }
  const expire = ({ emulator }: ServiceUnderTest) => emulator.clock.advance(24 * 60 * 60 * 1000);

  it('takes effect when the file changes, without a restart and without a failed request', async () => {
    await using service = await start(right);
    expect(await list(service)).toBe(200);
    writeFileSync(path, 'the-new-secret');
    Object.assign(service.emulator.credential, { clientSecret: 'the-new-secret' });
    service.emulator.tokens.revokeAll();
    expect(await Promise.all(Array.from({ length: 20 }, (_, nth) => list(service, nth + 1)))).toEqual(
      Array(20).fill(200),
    );
    const sent = service.emulator.requests.all('token').map(({ body }) => Object(body).client_secret);
    expect(sent).toEqual([right, 'the-new-secret']);
  });

  it('is tried at once when the file has changed since IMS refused it, and readyz knows', async () => {
    await using service = await start(wrong);
    expect(await list(service)).toBe(503);
    expect((await service.send('GET', '/readyz')).status).toBe(503);
    writeFileSync(path, right);
    expect((await service.send('GET', '/readyz')).status).toBe(200);
    expect(await list(service)).toBe(200);
  });

  it('that is replaced while the old one is on its way fails nobody', async () => {
    await using service = await start(wrong);
    const { misbehaviours, requests, clock } = service.emulator;
    misbehaviours.add({ route: 'token', times: 1, how: { kind: 'delay', ms: 1_000 } });
    const answer = list(service);
    while (requests.all('token').length === 0) await new Promise(setImmediate);
    writeFileSync(path, right);
    clock.advance(1_000);
    expect(await answer).toBe(200);
  });

  it.each([
    ['empty', () => writeFileSync(path, '')],
    ['away', () => rmSync(path)],
  ])('keeps its last good value while the file is %s, and says so once', async (_name, damage) => {
    await using service = await start(right);
    expect(await list(service)).toBe(200);
    damage();
    expire(service);
    expect(await list(service)).toBe(200);
    service.emulator.tokens.revokeAll();
    expect(await list(service)).toBe(200);
    expect(warnings(service)).toHaveLength(1);
    expect(warnings(service)[0]).toMatchObject({ path });
  });

  it('may be a private key, which is checked like one that was given at the start', async () => {
    const keyPath = join(folder, 'key');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await using service = await startServiceUnderTest((emulator) => ({
      env: { ...jwtEnv(emulator), ADOBE_PRIVATE_KEY: '', ADOBE_PRIVATE_KEY_FILE: keyPath },
    }));
    expect(await list(service)).toBe(503);
    writeFileSync(keyPath, 'no key at all');
    expect(await list(service)).toBe(503);
    expect(service.emulator.requests.all('jwt')).toHaveLength(1);
    writeFileSync(keyPath, service.emulator.credential.privateKey.replaceAll('\n', '\\n'));
    expect(await list(service)).toBe(200);
  });

  it.each([
    ['key first', ['key', 'passphrase']],
    ['passphrase first', ['passphrase', 'key']],
  ])('may be a private key and its passphrase, both of which are replaced, the %s', async (_name, order) => {
    const files = { key: join(folder, 'key'), passphrase: join(folder, 'passphrase') };
    const write = (which: string, text: string) => writeFileSync(join(folder, which), text);
    const encrypted = (key: string, passphrase: string) =>
      String(
        createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }),
      );
    await using service = await startServiceUnderTest((emulator) => {
      write('key', encrypted(emulator.credential.privateKey, 'canary-one'));
      write('passphrase', 'canary-one');
      return {
        env: {
          ...jwtEnv(emulator),
          ADOBE_PRIVATE_KEY: '',
          ADOBE_PRIVATE_KEY_FILE: files.key,
          ADOBE_PRIVATE_KEY_PASSPHRASE_FILE: files.passphrase,
        },
      };
    });
    expect(await list(service)).toBe(200);
    // A key that the emulator does not know, so that it can be seen when it is used.
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const texts: Record<string, string> = {
      key: encrypted(String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 'canary-two'),
      passphrase: 'canary-two',
    };
    const [first = '', last = ''] = order;
    write(first, texts[first] ?? '');
    service.emulator.tokens.revokeAll();
    expect(await list(service)).toBe(200);
    write(last, texts[last] ?? '');
    // Past the time in which only one refused token is dropped.
    service.emulator.clock.advance(60_000);
    service.emulator.tokens.revokeAll();
    expect(await list(service)).toBe(503);
    write('key', encrypted(service.emulator.credential.privateKey, 'canary-two'));
    expect(await list(service)).toBe(200);
    expect(JSON.stringify(service.logLines())).not.toMatch(/canary/);
  });
});
