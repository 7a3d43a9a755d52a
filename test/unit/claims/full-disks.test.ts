import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClaimsProcess, startClaimsProcess } from '../../support/claims-process.ts';
import { claimOf } from '../../support/claims-under-test.ts';

const isRoot = process.getuid?.() === 0;
/** Mounts of its own, which nobody else sees and which are gone with it. */
const ownMounts = ['unshare', '--mount', ...(isRoot ? [] : ['--user', '--map-root-user'])];
const smallDisk =
  'mount -t tmpfs -o size=400k tmpfs "$0" && head -c 100000 /dev/zero > "$0/ballast" && exec "$@"';
const canMount =
  spawnSync('unshare', [...ownMounts.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
if (!canMount) process.stderr.write('Skipped, because nothing can be mounted here: claims on a full disk\n');

const memo = JSON.stringify({ text: 'x'.repeat(2_000) });
const sent = (id: string) => claimOf(id, { memo, sentAtMs: 1 });

/** Claims until that fails, and gives all that were promised, and the failure. */
async function claimUntilItFails(holder: ClaimsProcess, name: string) {
  const promised: string[] = [];
  for (let index = 0; index < 1_000; index += 1) {
    const { result, ...failure } = await holder.ask('claim', sent(`${name}-${index}`));
    if (result === undefined) return { promised, failure };
    promised.push(`${name}-${index}`);
  }
  throw new Error('The disk is too large');
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'));
  file = join(folder, 'claims.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

(canMount ? describe : describe.skip)('a disk that is full', () => {
  it('promises nothing more and forgets nothing; with room again, it goes on by itself', async () => {
    await using holder = await startClaimsProcess(file, {
      before: [...ownMounts, 'sh', '-c', smallDisk, folder],
    });
    const { promised, failure } = await claimUntilItFails(holder, 'claim');
    expect(promised.length).toBeGreaterThan(3);
    expect(failure).toMatchObject({
      failed: 'claims-unavailable',
      message: expect.stringMatching(
        /claims\.sqlite does not fit on its disk any more: make room \(SQLITE_FULL, 13/,
      ),
    });
    // What writes nothing does not look as if it were over, and is not told of again.
    expect((await holder.ask('find', { sandbox: 'prod' }, 2_000)).result).toHaveLength(promised.length);
    expect(await holder.ask('recordEnd', 'prod', 'of-nobody')).toEqual({ result: null });
    for (const id of ['y', 'z'])
      expect(await holder.ask('claim', sent(id))).toMatchObject({ failed: 'claims-unavailable' });
    expect(holder.logged).toEqual([
      'CLAIMS_FILE cannot be used: creates with a key are refused, and others that need it',
    ]);

    await holder.ask('removeFile', join(folder, 'ballast'));
    expect(await holder.claim(sent('z'))).toMatchObject({ kind: 'won' });
    expect(holder.logged[1]).toBe(
      'CLAIMS_FILE can be used again: creates with a key are accepted, and others that need it',
    );
    for (const id of promised) expect(await holder.claim(sent(id))).toMatchObject({ kind: 'held' });
  });
});

describe('a limit on the size of files', () => {
  it('is an error of the disk, and the next process knows all that was promised', async () => {
    const limit = 'trap "" XFSZ; ulimit -f 400; exec "$@"';
    await using holder = await startClaimsProcess(file, { before: ['sh', '-c', limit, 'sh'] });
    const first = await claimUntilItFails(holder, 'first');
    expect(first.failure.message).toMatch(/claims\.sqlite cannot be read or written.*SQLITE_IOERR/);
    // Opened again, its log is brought into the file and begins anew.
    const second = await claimUntilItFails(holder, 'second');
    const promised = [...first.promised, ...second.promised];
    expect(second.promised.length).toBeGreaterThan(3);
    await holder.kill();
    await using next = await startClaimsProcess(file);
    expect(next.opened).toEqual({ result: 'open' });
    for (const id of promised) expect(await next.claim(sent(id))).toMatchObject({ kind: 'taken-over' });
    expect(await next.claim(sent('new'))).toMatchObject({ kind: 'won' });
  });
});

describe('a user who may only read', () => {
  const as = isRoot ? { as: 65_534 } : {};
  const notWritable = {
    failed: 'open',
    message: expect.stringMatching(
      /^may not be written: make the file, its folder and the volume writable .*EACCES/,
    ),
  };

  it.each([
    ['the folder', 0o555, 0o666],
    ['the file', 0o777, 0o444],
  ])('%s is told what to do', async (_what, folderMode, fileMode) => {
    const inside = join(folder, 'data');
    const path = join(inside, 'claims.sqlite');
    mkdirSync(inside);
    await using first = await startClaimsProcess(path);
    await first.ask('claim', claimOf('a'));
    await first.ask('close');
    await first.kill();
    chmodSync(folder, 0o755);
    chmodSync(path, fileMode);
    chmodSync(inside, folderMode);
    await using reader = await startClaimsProcess(path, as);
    expect(reader.opened).toMatchObject(notWritable);
    chmodSync(inside, 0o755);
  });
});
