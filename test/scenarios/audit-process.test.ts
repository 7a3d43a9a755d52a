import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createAuditFile, linesOf } from '../support/audit-file.ts';
import { type Program, startProgram } from '../support/program.ts';
import { emulatorEnv } from '../support/service-under-test.ts';
import { enough } from '../support/settings-under-test.ts';
import { statusesOf } from '../support/statuses-of.ts';

const body = '{"datasetId":"d","allProfiles":true}';
const headers = { 'content-type': 'application/json' };

describe('the audit trail of a process', () => {
  let emulator: Emulator;
  let program: Program | undefined;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  // Also after a test that has waited in vain.
  afterEach(async () => {
    await program?.[Symbol.asyncDispose]();
    await emulator.close();
  });

  function start(env: Readonly<Record<string, string>> = {}): Program {
    program = startProgram('test/support/process-under-test.ts', {
      env: { ...emulatorEnv(emulator), ...env },
    });
    return program;
  }
  const urlOf = async (program: Program) => (await program.waitFor(/"url":"(http[^"]+)"/))[1] ?? '';
  const create = (url: string) => fetch(`${url}/jobs`, { method: 'POST', headers, body });

  it('is in standard output, in order with the log and told from it, to the last line', async () => {
    const running = start();
    const url = await urlOf(running);
    await statusesOf(20, () => create(url));
    running.process.kill('SIGTERM');
    expect(await running.ended()).toBe(0);
    const lines = linesOf(running.printed());
    const audit = lines.filter(({ log }) => log === 'audit');
    const requests = lines.filter(({ msg }) => msg === 'request');
    expect([audit.length, requests.length]).toEqual([20, 20]);
    expect(audit.map(({ requestId }) => requestId)).toEqual(requests.map(({ requestId }) => requestId));
    expect(audit.every(({ outcome, msg, level }) => outcome === 'created' && !msg && !level)).toBe(true);
    // What a request came to is known before its answer is out.
    const told = (line: Record<string, unknown>) => lines.indexOf(line);
    expect(audit.every((line, at) => told(line) < told(requests[at] ?? {}))).toBe(true);
  });

  it('is whole in its file when the process is killed, and not in standard output', async () => {
    using file = createAuditFile();
    const running = start(file.env);
    const url = await urlOf(running);
    expect(await statusesOf(5, () => create(url))).toEqual([201, 201, 201, 201, 201]);
    running.process.kill('SIGKILL');
    await running.ended();
    expect(file.lines()).toHaveLength(5);
    expect(running.printed()).not.toContain('"log":"audit"');
  });

  it('goes to standard error when nobody reads standard output any more, and stops creates if it is required', async () => {
    const running = start({ AUDIT_REQUIRED: 'true' });
    const url = await urlOf(running);
    running.process.stdout?.destroy();
    // The first one finds out.
    const [first, ...rest] = await statusesOf(3, async () => {
      const answer = await create(url);
      await fetch(`${url}/livez`);
      return answer;
    });
    expect(first).toBe(201);
    await running.waitFor(/Standard output cannot be written \(EPIPE\)/);
    expect([...rest, (await create(url)).status].at(-1)).toBe(503);
    await running.waitFor(/"outcome":"failed","code":"audit-unavailable".*"lost":true/);
    expect(running.output()).toContain('The audit trail cannot be written');
  });

  it.each([
    ['without AUDIT_REQUIRED', {}],
    ['with it', { AUDIT_REQUIRED: 'true' }],
    ['in --check', {}, ['--check']],
  ])('does not begin where its file cannot be opened, %s', async (_name, env, args: string[] = []) => {
    const given = { ...enough, PORT: '0', AUDIT_FILE: '/nowhere/audit.jsonl', ...env };
    await using running = startProgram('src/main.ts', { env: given, args });
    expect(await running.ended()).toBe(1);
    expect(running.output()).toContain('AUDIT_FILE names a file that cannot be opened for writing (ENOENT)');
    expect(running.output()).not.toContain('listening');
  });

  it('is not made by --check', async () => {
    using file = createAuditFile();
    await using program = startProgram('src/main.ts', { env: { ...enough, ...file.env }, args: ['--check'] });
    expect(await program.ended()).toBe(0);
    expect(file.text()).toBe('');
  });
});
