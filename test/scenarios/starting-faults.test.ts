import { describe, expect, it } from '@jest/globals';
import { startProgram } from '../support/program.ts';
import { enough } from '../support/settings-under-test.ts';

async function run(env: Readonly<Record<string, string>>, ...args: string[]) {
  await using program = startProgram('src/main.ts', { env, args });
  const code = await program.ended();
  return { code, output: program.output() };
}

describe('npm start', () => {
  it.each([
    ['--check=false'],
    ['--check='],
    ['--no-check'],
    ['-c'],
    ['--check', 'now'],
    ['--check', '--port', '1'],
  ])('with %s %s says in one line which option there is', async (...args) => {
    expect(await run(enough, ...args)).toEqual({
      code: 1,
      output: 'The only option is --check, without a value: read the settings, show them, and stop.\n',
    });
  });

  it('with several kinds of fault at once names each, and shows no stack and no secret', async () => {
    const { code, output } = await run({
      ADOBE_CREDENTIAL: 'basic',
      ADOBE_CLIENT_ID: '',
      ADOBE_ORG_ID: '"ORG@AdobeOrg"',
      ADOBE_CLIENT_SECRET: '\u201chush\u201d',
      PORT: 'abc',
    });
    expect([code, output]).toEqual([
      1,
      `The settings cannot be used:
  ADOBE_CLIENT_SECRET has quotes (\u201c\u201d) around it, which are a part of the value: leave them out
  ADOBE_ORG_ID has quotes ("") around it, which are a part of the value: leave them out
  ADOBE_CREDENTIAL must be oauth or jwt
  ADOBE_CLIENT_ID is required
  PORT must be a whole number from 0 to 65535, in digits
See the settings table in docs/settings.md.
`,
    ]);
  });

  it('listens on HOST=[::1] as on ::1', async () => {
    const env = { ...enough, HOST: '[::1]', PORT: '0', CLAIMS_FILE: ':memory:' };
    await using program = startProgram('src/main.ts', { env });
    const started = program.waitFor(/"url":"(http:\/\/\[::1\]:\d+)"/);
    // A machine without IPv6 says so in a sentence; with it, the service answers under that name.
    const outcome = await started.catch(() => program.output());
    if (typeof outcome === 'string') expect(outcome).toBe('HOST is not an address of this machine.\n');
    else expect((await fetch(`${outcome[1]}/livez`)).status).toBe(200);
  });
});
