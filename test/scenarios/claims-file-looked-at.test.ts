import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startClaimsProcess } from '../support/claims-process.ts';
import { claimOf } from '../support/claims-under-test.ts';
import { type DoctorUnderTest, startDoctorUnderTest } from '../support/doctor-under-test.ts';
import { startProgram } from '../support/program.ts';
import { enough } from '../support/settings-under-test.ts';

let folder: string;
let file: string;
let doctor: DoctorUnderTest;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'));
  file = join(folder, 'claims.sqlite');
  doctor = await startDoctorUnderTest();
});
afterEach(async () => {
  await doctor.close();
  rmSync(folder, { recursive: true });
});

async function check() {
  const env = { ...enough, CLAIMS_FILE: file };
  await using program = startProgram('src/main.ts', { env, args: ['--check'] });
  return { code: await program.ended(), output: program.output() };
}

async function examine(CLAIMS_FILE = file): Promise<string | undefined> {
  const { lines } = await doctor.run({ CLAIMS_FILE });
  return lines.find((line) => line.includes(' claims file'));
}

describe('a claims file that --check and the doctor look at', () => {
  it('is not created', async () => {
    expect((await check()).code).toBe(0);
    expect(await examine()).toBe('ok       claims file: It is not there, and can be created');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('stays that of the service that runs', async () => {
    await using service = await startClaimsProcess(file);
    await service.win(claimOf('before', { sentAtMs: 1 }));
    const files = readdirSync(folder);
    expect((await check()).code).toBe(0);
    expect(await examine()).toBe('ok       claims file: A running service uses it');
    expect(readdirSync(folder)).toEqual(files);
    expect(await service.claim(claimOf('before'))).toMatchObject({ kind: 'held' });
    expect(await service.claim(claimOf('after'))).toMatchObject({ kind: 'won' });
  });

  it('that a killed service left is not touched', async () => {
    await using service = await startClaimsProcess(file);
    await service.win(claimOf('a', { sentAtMs: 1 }));
    await service.kill();
    const read = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const before = read();
    expect((await check()).code).toBe(0);
    expect(await examine()).toBe('ok       claims file: It can be used');
    expect(read()).toEqual(before);
    await using next = await startClaimsProcess(file);
    expect(await next.claim(claimOf('a'))).toMatchObject({ kind: 'taken-over' });
  });

  it('and that cannot be used is a fault of the settings', async () => {
    writeFileSync(file, 'not a database\n'.repeat(500));
    const wrong = `CLAIMS_FILE names ${file}, which is not a SQLite database: name another file, this one is left as it is`;
    const { code, output } = await check();
    expect([code, output]).toEqual([1, expect.stringContaining(`The settings cannot be used:\n  ${wrong}`)]);
    expect(await examine()).toMatch(`fails    claims file: ${wrong}`);
  });

  it('in memory is worth a warning', async () => {
    expect(await examine(':memory:')).toMatch(
      /^warns {4}claims file: What is promised about creates ends with the process\. .*Set CLAIMS_FILE to a path/,
    );
  });
});
