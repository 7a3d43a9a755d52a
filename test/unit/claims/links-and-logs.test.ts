import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { inspectClaimsFile } from '../../../src/claims/inspect-claims-file.ts';
import { openSqliteClaims } from '../../../src/claims/sqlite-claims.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { startClaimsProcess } from '../../support/claims-process.ts';
import { claimOf, keptForMs, win } from '../../support/claims-under-test.ts';
import { createFolder, type Folder } from '../../support/folder.ts';

describe('claims in a file', () => {
  let folder: Folder;
  let file: string;
  const clock = createMovableClock();
  beforeEach(() => {
    folder = createFolder();
    file = join(folder.path, 'claims.sqlite');
  });
  afterEach(() => folder[Symbol.dispose]());
  const open = (path = file) => openSqliteClaims({ file: path, clock, log: silentLog });

  /** What a killed process has left: most of it in the log. */
  async function leaveByKill(): Promise<void> {
    await using holder = await startClaimsProcess(file);
    await holder.win(claimOf('a', { sentAtMs: clock.wallNow() }));
    await holder.kill();
  }

  it.each([
    ['is gone', () => rmSync(file)],
    ['is empty', () => truncateSync(file)],
  ])(
    'are not begun anew where the file %s and its log is there: nothing of it is thrown away',
    async (_what, lose) => {
      await leaveByKill();
      lose();
      expect(() => inspectClaimsFile(file)).toThrow(/its log is still there/);
      expect(() => open()).toThrow(/its log is still there/);
      expect(existsSync(`${file}-wal`)).toBe(true);
    },
  );

  it('are put back at the end where the file was removed after the last call', async () => {
    const claims = open();
    await win(claims, claimOf('a', { sentAtMs: clock.wallNow() }));
    rmSync(file);
    claims.close();
    const again = open();
    expect(await again.find({ sandbox: claimOf('a').sandbox }, 10)).toHaveLength(1);
    again.close();
  });

  it('are at the end of a link: the log that is removed there is noticed, and the link stays one', async () => {
    const volume = join(folder.path, 'volume');
    mkdirSync(volume);
    const target = join(volume, 'claims.sqlite');
    open(target).close();
    symlinkSync(target, file);
    const claims = open();
    await win(claims, claimOf('a', { sentAtMs: clock.wallNow() }));
    rmSync(`${target}-wal`);
    rmSync(target);
    await win(claims, claimOf('b', { sentAtMs: clock.wallNow() }));
    claims.close();
    expect([lstatSync(file).isSymbolicLink(), existsSync(target)]).toEqual([true, true]);
    const again = open();
    expect(await again.find({ sandbox: claimOf('a').sandbox }, 10)).toHaveLength(2);
    again.close();
  });

  it('are not forgotten because the wall clock is set forward', async () => {
    const claims = open();
    const held = await win(claims, claimOf('a'));
    await claims.settle(held, { outcome: '{}' });
    clock.shiftWall(2 * keptForMs);
    expect(await claims.claim(claimOf('a'))).toMatchObject({ kind: 'settled' });
    clock.advance(keptForMs + 1);
    expect(await claims.claim(claimOf('a'))).toMatchObject({ kind: 'won' });
    clock.shiftWall(-2 * keptForMs);
    claims.close();
  });
});
