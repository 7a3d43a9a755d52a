import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readPage } from '../support/pages.ts';

/** The instructions of the Dockerfile, continued lines joined, each with its arguments. */
const instructions = readPage('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n/g, '')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line): [name: string, args: string[]] => {
    const [name = '', ...args] = line.trim().split(/\s+/);
    return [name, args];
  });
const argumentsOf = (wanted: string) =>
  instructions.filter(([name]) => name === wanted).map(([, args]) => args);
const ignored = (path: string) =>
  readPage(path)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/** What somebody may have beside the code that holds secrets. */
const secretFiles = [
  '.env',
  '.env.production',
  'config/local.json',
  'config/local-production.json',
  'data/claims.sqlite',
  'tls.pem',
  'config/tls.key',
];

describe('the image', () => {
  it('is made of named files and folders, of none as a whole', () => {
    const copied = argumentsOf('COPY').flatMap((args) =>
      args.filter((one) => !one.startsWith('--')).slice(0, -1),
    );
    expect(new Set(copied)).toEqual(
      new Set(['package.json', 'package-lock.json', 'config', 'src', 'emulator', '/app/node_modules']),
    );
    expect(argumentsOf('ADD')).toEqual([]);
  });

  it('has no secret in its variables, arguments and labels, which everybody can read who has it', () => {
    const named = [...argumentsOf('ENV'), ...argumentsOf('ARG'), ...argumentsOf('LABEL')].flat();
    expect(named).toEqual(['NODE_ENV=production', 'EMULATOR_HOST=0.0.0.0', 'HOST=0.0.0.0']);
  });

  it('gets what it is built of from a list, without settings of somebody\u2019s own', () => {
    const lines = ignored('.dockerignore');
    expect(lines[0]).toBe('*');
    expect(lines.filter((line) => line.startsWith('!'))).toEqual([
      '!package.json',
      '!package-lock.json',
      '!config/custom-environment-variables.json',
      '!config/default.json',
      '!config/production.json',
      '!src',
      '!emulator',
    ]);
    // After what lets their folders in: the last line that fits decides.
    expect(lines.slice(8)).toEqual(['**/.env*', '**/*.pem', '**/*.key']);
  });

  it('runs as a user without rights', () => {
    const stages = argumentsOf('FROM').map((args) => args.at(-1));
    const users = argumentsOf('USER').flat();
    expect(stages).toEqual(['base', 'production-dependencies', 'emulator', 'service']);
    expect(users).toEqual(['node', 'node']);
  });

  it('has a folder for the claims that only this user can read, in the volume of compose', () => {
    expect(argumentsOf('RUN').map((args) => args.join(' '))).toContainEqual(
      expect.stringMatching(/install -d -o node -m 700 data$/),
    );
    const compose = readPage('docker-compose.yml');
    expect(compose).toContain('      - claims:/app/data\n');
    for (const name of ['CLAIMS_FILE', 'IDEMPOTENCY_KEYS', 'DUPLICATE_JOBS', 'POLICIES_FILE', 'AUDIT_FILE'])
      expect(compose).toContain(`      ${name}: \${${name}:-}\n`);
    expect(readPage('config/default.json')).toContain('"claimsFile": "data/claims.sqlite"');
  });
});

describe('what is published', () => {
  it('is no file with secrets to git', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ignored-'));
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    git('init', '-q');
    writeFileSync(join(folder, '.gitignore'), readPage('.gitignore'));
    expect(
      git('check-ignore', ...secretFiles)
        .trim()
        .split('\n'),
    ).toEqual(secretFiles);
    rmSync(folder, { recursive: true });
  });

  it('is no settings of somebody\u2019s own to npm', () => {
    const folder = mkdtempSync(join(tmpdir(), 'packed-'));
    for (const name of ['config', 'dist', 'docs', 'data']) mkdirSync(join(folder, name));
    const copied = ['package.json', '.gitignore', 'config/default.json', 'CHANGELOG.md'];
    for (const path of copied) cpSync(new URL(`../../${path}`, import.meta.url), join(folder, path));
    writeFileSync(join(folder, 'docs/page.md'), '# A page');
    for (const path of secretFiles) writeFileSync(join(folder, path), '{}');
    const list = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const packed: unknown[] = Object(JSON.parse(list))[0].files.map(({ path }: { path: string }) => path);
    expect(packed).toContain('config/default.json');
    expect(packed.filter((path) => secretFiles.includes(String(path)))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
