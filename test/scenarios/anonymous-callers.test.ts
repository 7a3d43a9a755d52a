import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.ts';
import { createCallersFile } from '../support/callers-file.ts';
import { until } from '../support/driving.ts';
import { openEvents } from '../support/event-reader.ts';
import { createFolder } from '../support/folder.ts';
import { startProgram } from '../support/program.ts';
import { emulatorEnv, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

const linesOf = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

describe('a service that authenticates nobody', () => {
  async function startAndRead(more: Readonly<Record<string, string>>) {
    const emulator = await startEmulator();
    try {
      using folder = createFolder();
      const CLAIMS_FILE = join(folder.path, 'claims.sqlite');
      const env = { ...emulatorEnv(emulator), CLAIMS_FILE, ...more };
      await using program = startProgram('src/main.ts', { env });
      await program.waitFor(/"msg":"listening"/);
      return linesOf(program.output());
    } finally {
      await emulator.close();
    }
  }

  it.each([{}, { HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true' }])(
    'says so loudly at start: %j',
    async (env) => {
      const lines = await startAndRead(env);
      expect(lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual([
        'Nobody is authenticated: whoever reaches this port may do everything (CALLER_AUTH=none)',
      ]);
      expect(lines.at(-1).callerAuth).toEqual(['none']);
    },
  );

  it('is none where callers bring keys, and nothing is to be warned of', async () => {
    using file = createCallersFile([]);
    const lines = await startAndRead(file.env);
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
    expect(lines.at(-1).callerAuth).toEqual(['api-key']);
  });

  it.each([
    ['ports that a proxy appends', ['203.0.113.9:1001', '203.0.113.9:1002']],
    ['addresses of one network of IPv6', ['2001:db8::1', '2001:db8::2']],
  ])('counts as one caller %s', async (_name, [first = '', second = '']) => {
    await using service = await startServiceUnderTest({
      env: { TRUSTED_PROXIES: '127.0.0.1' },
      streams: { mostForEachCaller: 1 },
    });
    putJob(service);
    const open = (from: string) =>
      openEvents(`${service.url}/jobs/7/events`, { headers: { 'x-forwarded-for': from } });
    using one = await open(first);
    await until(() => one.told().length > 0);
    using other = await open(second);
    expect([one.status, other.status]).toEqual([200, 429]);
  });
});
