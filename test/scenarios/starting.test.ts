import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProgram } from '../support/program.ts';

const enough = {
  ADOBE_CLIENT_ID: 'client',
  ADOBE_CLIENT_SECRET: 'the-secret',
  ADOBE_ORG_ID: 'ORG@AdobeOrg',
  PORT: '0',
};

async function run(env: Record<string, string>, ...args: string[]) {
  await using program = startProgram('src/main.ts', { env, args });
  const code = await program.ended();
  return { code, output: program.output(), printed: program.printed() };
}

describe('starting the service', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('with nothing set says all that is missing, by variable, and exits with 1', async () => {
    const { code, output } = await run({});
    expect(code).toBe(1);
    expect(output).toBe(`The settings cannot be used:
  ADOBE_CLIENT_ID is required
  ADOBE_CLIENT_SECRET is required
  ADOBE_ORG_ID is required
See the settings table in docs/settings.md.
`);
  });

  it('with everything wrong says so at once, and shows no secret', async () => {
    const { code, output } = await run({
      ADOBE_CREDENTIAL: 'jwt',
      ADOBE_CLIENT_ID: 'client',
      ADOBE_CLIENT_SECRET_FILE: '/nowhere/secret',
      ADOBE_CLIENT_SECRET_NEXT: 'next-secret',
      ADOBE_ORG_ID: 'ORG',
      ADOBE_SCOPES: ',',
      ADOBE_SANDBOXES: 'prod,PROD',
      ADOBE_PRIVATE_KEY: 'not-a-key',
      IMS_URL: 'http://ims.example',
      PLATFORM_URL: 'https://platform.example/path',
      ALLOW_INSECURE_UPSTREAM: 'yes',
      HOST: '0.0.0.0',
      PORT: '70000',
      CALLER_AUTH: 'none',
      CORS_ORIGINS: '*',
      TRUSTED_PROXIES: '0.0.0.0/0',
      LOG_LEVEL: 'loud',
      REDIS_URL: 'redis://x',
      HTTPS_PROXY: 'proxy:3128x',
    });
    expect(code).toBe(1);
    const variables = output
      .split('\n')
      .slice(1, -2)
      .map((line) => line.trim().split(' ')[0]);
    expect(variables.sort()).toEqual([
      'ADOBE_CLIENT_SECRET_FILE',
      'ADOBE_ORG_ID',
      'ADOBE_PRIVATE_KEY',
      'ADOBE_SANDBOXES',
      'ADOBE_SCOPES',
      'ADOBE_TECHNICAL_ACCOUNT_ID',
      'ALLOW_INSECURE_UPSTREAM',
      'CORS_ORIGINS',
      'HOST',
      'HTTPS_PROXY',
      'IMS_URL',
      'LOG_LEVEL',
      'PLATFORM_URL',
      'PORT',
      'REDIS_URL',
      'TRUSTED_PROXIES',
    ]);
    expect(output).not.toContain('next-secret');
    expect(output).not.toContain('not-a-key');
  });

  it.each([
    ['nonsense', 'not-a-key', 'must be a private key in PEM'],
    ['a damaged PEM', '-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----', 'cannot be read'],
  ])('with %s for a private key says what to do', async (_name, ADOBE_PRIVATE_KEY, sentence) => {
    const jwt = { ADOBE_CREDENTIAL: 'jwt', ADOBE_TECHNICAL_ACCOUNT_ID: 'x', ADOBE_PRIVATE_KEY };
    const { code, output } = await run({ ...enough, ...jwt });
    expect(code).toBe(1);
    expect(output).toContain(`ADOBE_PRIVATE_KEY ${sentence}`);
    expect(output).not.toContain(ADOBE_PRIVATE_KEY);
  });

  it('with --check shows the settings with the secrets masked, and does not listen', async () => {
    const { code, output, printed } = await run(
      { ...enough, HTTPS_PROXY: 'http://user:pass@proxy.example' },
      '--check',
    );
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      port: 0,
      adobe: { clientId: 'client', clientSecret: '[secret]', sandboxes: ['prod'] },
      platform: { url: 'https://platform.adobe.io' },
      proxy: { httpsProxy: '[secret]' },
    });
    expect(output).not.toMatch(/the-secret|user:pass/);
  });

  it('with --check and a fault exits with 1', async () => {
    expect((await run({ ...enough, PORT: 'x' }, '--check')).code).toBe(1);
  });

  it('with another option says which one there is', async () => {
    const { code, output } = await run(enough, '--chekc');
    expect([code, output]).toEqual([1, expect.stringContaining('The only option is --check')]);
  });

  it('takes a secret from a file, without its last newline', async () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'from-a-file\n');
    const { ADOBE_CLIENT_SECRET, ...rest } = enough;
    expect((await run({ ...rest, ADOBE_CLIENT_SECRET_FILE: path }, '--check')).code).toBe(0);
    const both = await run({ ...enough, ADOBE_CLIENT_SECRET_FILE: path }, '--check');
    expect([both.code, both.output]).toEqual([
      1,
      expect.stringContaining('ADOBE_CLIENT_SECRET_FILE is set beside'),
    ]);
  });

  it('on another host than loopback needs a word that callers may be anonymous', async () => {
    const refused = await run({ ...enough, HOST: '0.0.0.0' }, '--check');
    expect([refused.code, refused.output]).toEqual([
      1,
      expect.stringContaining('ALLOW_ANONYMOUS_CALLERS=true'),
    ]);
    const allowed = { ...enough, HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true' };
    expect((await run(allowed, '--check')).code).toBe(0);
  });

  it('takes what config/production.json says when NODE_ENV is production', async () => {
    const { printed } = await run({ ...enough, NODE_ENV: 'production' }, '--check');
    expect(JSON.parse(printed).stop).toEqual({ keepServingMs: 5_000, deadlineMs: 20_000 });
  });

  it('on a port that is taken says which variable to set', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve(Object(taken.address()).port));
    });
    const { code, output } = await run({ ...enough, PORT: String(port) });
    taken.close();
    expect([code, output]).toEqual([1, expect.stringContaining('set PORT to a free one')]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 when it is sent %s', async (signal) => {
    await using program = startProgram('src/main.ts', { env: { ...enough, CLAIMS_FILE: ':memory:' } });
    const [, url] = await program.waitFor(/"url":"(http[^"]+)"/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    program.process.kill(signal);
    expect(await program.ended()).toBe(0);
    expect(program.output()).toContain('"msg":"stopped"');
  });
});

describe('npm run dev', () => {
  it('needs nothing, and the three curl lines that it prints work as they are', async () => {
    await using program = startProgram('emulator/dev.ts', { env: { PORT: '0' } });
    await program.waitFor(/Ctrl-C/);
    expect(program.output()).not.toContain('"level":"warn"');
    const lines = program
      .output()
      .split('\n')
      .filter((line) => line.trim().startsWith('curl'));
    const answers: unknown[] = [];
    for (const line of lines) answers.push(await pasteCurl(line));
    expect(answers).toEqual([
      [201, expect.objectContaining({ id: '101', status: 'NEW' })],
      [200, expect.objectContaining({ id: '101' })],
      [200, { jobs: [expect.objectContaining({ id: '101' })], next: null }],
    ]);
    program.process.kill('SIGINT');
    expect(await program.ended()).toBe(0);
  });
});

/** What curl would do with such a line; curl itself is not on every machine. */
async function pasteCurl(line: string): Promise<[number, unknown]> {
  const [, url = ''] = /(http:\/\/\S+)/.exec(line) ?? [];
  const [, header] = /-H 'content-type: ([^']+)'/.exec(line) ?? [];
  const [, body] = /-d '([^']+)'/.exec(line) ?? [];
  const answer = await fetch(url, {
    ...(body !== undefined && { method: 'POST', body, headers: { 'content-type': header ?? '' } }),
  });
  return [answer.status, await answer.json()];
}
