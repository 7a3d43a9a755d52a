import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJobs } from '../../src/index.ts';
import { startProgram } from '../support/program.ts';
import { enough } from '../support/settings-under-test.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (...names: string[]) => join(folder, ...names);

async function run(env: Readonly<Record<string, string>>, args: string[]) {
  const memory = { CLAIMS_FILE: ':memory:', PORT: '0' };
  await using program = startProgram('src/main.ts', { env: { ...enough, ...memory, ...env }, args });
  return { code: await program.ended(), output: program.output() };
}

describe.each([
  ['npm start', []],
  ['npm start -- --check', ['--check']],
])('%s', (_name, args) => {
  it('tells the faults of all files at once, and makes none of them', async () => {
    writeFileSync(inFolder('policies.json'), '{ "everyone": { "allProfile": false } }');
    const { code, output } = await run(
      {
        POLICIES_FILE: inFolder('policies.json'),
        TLS_CERT_FILE: inFolder('cert.pem'),
        TLS_KEY_FILE: inFolder('key.pem'),
        CLAIMS_FILE: inFolder('none', 'above', 'claims.sqlite'),
        AUDIT_FILE: inFolder('none', 'audit.jsonl'),
      },
      args,
    );
    expect(code).toBe(1);
    expect(output.match(/^ {2}\S+/gm)?.map((name) => name.trim())).toEqual([
      'POLICIES_FILE:',
      'TLS_CERT_FILE',
      'TLS_KEY_FILE',
      'CLAIMS_FILE',
      'AUDIT_FILE',
    ]);
    expect(readdirSync(folder)).toEqual(['policies.json']);
  });

  it('does not let the audit trail write into another file of the settings', async () => {
    writeFileSync(inFolder('policies.json'), '{}');
    symlinkSync(inFolder('policies.json'), inFolder('audit.jsonl'));
    const { output } = await run(
      { POLICIES_FILE: inFolder('policies.json'), AUDIT_FILE: inFolder('audit.jsonl') },
      args,
    );
    expect(output).toContain('AUDIT_FILE names the file of POLICIES_FILE: each needs a file of its own');
  });

  it('does not look at files as long as a value is wrong', async () => {
    const { output } = await run({ PORT: 'abc', AUDIT_FILE: inFolder('none', 'audit.jsonl') }, args);
    expect(output).toContain('PORT must be');
    expect(output).not.toContain('AUDIT_FILE');
  });

  it.each([
    ['a folder', () => folder, 'EISDIR'],
    ['what lies below a file', () => inFolder('plain', 'audit.jsonl'), 'ENOTDIR'],
    ['a link to nowhere', () => inFolder('link'), 'ENOENT'],
  ])('takes %s for no audit trail', async (_what, path, code) => {
    writeFileSync(inFolder('plain'), '');
    symlinkSync(inFolder('none', 'audit.jsonl'), inFolder('link'));
    const { output } = await run({ AUDIT_FILE: path() }, args);
    expect(output).toContain(
      `The settings cannot be used:\n  AUDIT_FILE names a file that cannot be opened for writing (${code})`,
    );
  });
});

it('npm start -- --check takes a link to a file that can be made', async () => {
  mkdirSync(inFolder('elsewhere'));
  symlinkSync(inFolder('elsewhere', 'audit.jsonl'), inFolder('link'));
  expect((await run({ AUDIT_FILE: inFolder('link') }, ['--check'])).code).toBe(0);
  expect(readdirSync(inFolder('elsewhere'))).toEqual([]);
});

it('exportJobs tells the faults of all files at once, and makes none of them', () => {
  const mount = () =>
    exportJobs({
      adobe: { clientId: 'c', clientSecret: 's', orgId: 'o@AdobeOrg' },
      creates: { claimsFile: inFolder('none', 'above', 'c.sqlite'), policiesFile: inFolder('none.json') },
      audit: { file: inFolder('none', 'audit.jsonl') },
    });
  expect(mount).toThrow(
    /^creates\.claimsFile names .*\naudit\.file names .*\ncreates\.policiesFile names .*$/,
  );
  expect(readdirSync(folder)).toEqual([]);
});
