import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { until } from '../support/driving.ts';
import { filesBelow, readPage } from '../support/pages.ts';
import { type Program, startProgram } from '../support/program.ts';
import { emulatorEnv } from '../support/service-under-test.ts';

const canary = 'canary-at-rest-91d2';
const secrets = {
  ADOBE_CLIENT_SECRET: `${canary}-1`,
  ADOBE_CLIENT_SECRET_NEXT: `${canary}-2`,
  ADOBE_PRIVATE_KEY: `${canary}-3`,
  HTTPS_PROXY: `http://user:${canary}-4@proxy.example:3128`,
};

describe('a running service', () => {
  let emulator: Emulator;
  let folder: string;
  let program: Program;
  beforeEach(async () => {
    emulator = await startEmulator();
    folder = mkdtempSync(join(tmpdir(), 'report-'));
  });
  afterEach(async () => {
    await program[Symbol.asyncDispose]();
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  async function start(env: Record<string, string> = {}): Promise<string> {
    program = startProgram('src/main.ts', { env: { ...emulatorEnv(emulator), ...secrets, ...env } });
    const [, url = ''] = await program.waitFor(/"url":"(http[^"]+)"/);
    return url;
  }
  const reports = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

  it('writes a diagnostic report without its secrets', async () => {
    await start({ NODE_OPTIONS: `--report-on-signal --report-directory=${folder}` });
    program.process.kill('SIGUSR2');
    await until(() => reports().some((text) => text.trimEnd().endsWith('}')));
    const [report = ''] = reports();
    expect(JSON.parse(report).header.commandLine).toEqual(expect.arrayContaining(['src/main.ts']));
    expect(report).not.toContain(canary);
  });

  it('has no secret among its arguments, which everybody on the machine can read', async () => {
    await start();
    const { pid } = program.process;
    const read = await startProgram('-e', {
      args: [`process.stdout.write(fs.readFileSync('/proc/${pid}/cmdline'))`],
    });
    await read.ended();
    // Where the system has no /proc there is nothing to be read.
    if (process.platform === 'linux') expect(read.printed()).toContain('src/main.ts');
    expect(read.printed()).not.toContain(canary);
  });

  it('writes lines that act on no terminal, whatever Adobe says', async () => {
    const url = await start();
    const message = '\u009b2J\u2028{"level":"error"}\u202e\u001b]0;x\u0007';
    const body = { error_code: '400', message };
    emulator.misbehaviours.add({ route: 'get', how: { kind: 'answer', status: 400, body } });
    emulator.misbehaviours.add({
      route: 'token',
      how: { kind: 'answer', status: 400, body: { error: 'invalid_scope', error_description: message } },
    });
    expect((await fetch(`${url}/jobs/100`)).status).toBe(503);
    await program.waitFor(/"msg":"request"/);
    program.process.kill('SIGTERM');
    await program.ended();
    const lines = program.printed().split('\n').filter(Boolean);
    expect(program.printed()).toContain('u009b2J');
    for (const line of lines) {
      expect(Object(JSON.parse(line)).msg).toEqual(expect.any(String));
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });
});

describe('a program of this project', () => {
  const entries = filesBelow('src').filter((path) => path.endsWith('.ts'));

  it('takes no secret as an argument, only the path of a file that holds it', () => {
    const options = entries.flatMap((path) => {
      const text = readPage(path);
      return [...text.matchAll(/['"]?([\w-]+)['"]?: \{\s*type: '(?:string|boolean)'/g)].map(
        ([, name]) => name,
      );
    });
    expect(options).toContain('check');
    const isSecret = (name = '') => /secret|pass|token|key|credential/i.test(name) && !/file$/i.test(name);
    expect(options.filter(isSecret)).toEqual([]);
    // Another way to read arguments would pass this test by.
    const reads = entries.filter((path) => /process\.argv|\bargv\b/.test(readPage(path)));
    expect(reads).toEqual([]);
  });

  it.each(['src/main.ts', 'src/doctor.ts'])(
    '%s does not repeat an argument that it does not know',
    async (file) => {
      await using program = startProgram(file, { args: [`--client-secret=${canary}`] });
      expect(await program.ended()).toBe(1);
      expect(program.output()).not.toContain(canary);
    },
  );

  it.each(['src/main.ts', 'src/doctor.ts'])(
    '%s keeps its environment out of diagnostic reports',
    async (file) => {
      const folder = mkdtempSync(join(tmpdir(), 'report-'));
      // Written at the end, whatever the program has done.
      const hook = `data:text/javascript,process.on('exit',()=>process.report.writeReport())`;
      const NODE_OPTIONS = `--report-directory=${folder} --import=${hook}`;
      await using program = startProgram(file, { env: { ...secrets, NODE_OPTIONS } });
      expect(await program.ended()).toBe(1);
      const [report = ''] = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      rmSync(folder, { recursive: true });
      expect(JSON.parse(report).header.reportVersion).toEqual(expect.any(Number));
      expect(report).not.toContain(canary);
    },
  );
});
