import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ClaimsProcess, startClaimsProcess } from '../../support/claims-process.ts';
import { claimOf, leaseMs } from '../../support/claims-under-test.ts';

let folder: string;
let file: string;
let holder: ClaimsProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'));
  file = join(folder, 'claims.sqlite');
  holder = await startClaimsProcess(file);
});
afterEach(async () => {
  await holder.kill();
  rmSync(folder, { recursive: true });
});

const sentAtMs = Date.parse('2026-01-01T00:00:00Z');

/** Killed without warning, and another one that opens what it left. */
async function killAndReopen(): Promise<void> {
  await holder.kill();
  // What was promised is in the log, which nobody has brought into the file.
  expect(readdirSync(folder)).toContain('claims.sqlite-wal');
  holder = await startClaimsProcess(file);
  expect(holder.opened).toEqual({ result: 'open' });
}

describe('claims of a process that was killed', () => {
  it('before it sent anything lock nothing: the id is free at once, for any definition', async () => {
    await holder.win(claimOf('a'));
    await killAndReopen();
    expect(await holder.claim(claimOf('a', { fingerprint: 'another' }))).toMatchObject({ kind: 'won' });
  });

  it('after it sent something are taken over at once, whatever the lease said', async () => {
    const held = await holder.win(claimOf('a', { sentAtMs }));
    await killAndReopen();
    expect(await holder.claim(claimOf('a'))).toMatchObject({ kind: 'taken-over', sentAtMs });
    expect(await holder.ask('settle', held, { outcome: '{}', jobId: '7' })).toEqual({ result: 'lost' });
  });

  it('between a renewal that says so and the answer count as sent', async () => {
    const held = await holder.win(claimOf('a'));
    await holder.ask('renew', held, { leaseMs, sentAtMs });
    await killAndReopen();
    expect(await holder.claim(claimOf('a'))).toMatchObject({ kind: 'taken-over', sentAtMs });
  });

  it('are abandoned, each once, with all that the next process needs', async () => {
    await holder.win(claimOf('a', { sentAtMs, memo: '{"for":"a"}' }));
    await holder.win(claimOf('b', { sentAtMs: sentAtMs + 1 }));
    await holder.win(claimOf('unsent'));
    await killAndReopen();
    const { result } = await holder.ask('takeAbandoned', leaseMs);
    expect(result).toMatchObject([
      { record: { id: 'a', memo: '{"for":"a"}', caller: 'anna', sandbox: 'prod', sentAtMs } },
      { record: { id: 'b', sentAtMs: sentAtMs + 1 } },
    ]);
    expect(await holder.ask('takeAbandoned', leaseMs)).toEqual({ result: [] });
    // And whoever found out what came of them may die as well.
    await killAndReopen();
    expect((await holder.ask('takeAbandoned', leaseMs)).result).toHaveLength(2);
  });

  it('after it settled keep their outcome, and their job', async () => {
    const held = await holder.win(claimOf('a', { sentAtMs }));
    await holder.ask('settle', held, { outcome: '{"status":201}', jobId: '7' });
    await killAndReopen();
    expect(await holder.claim(claimOf('a'))).toEqual({ kind: 'settled', outcome: '{"status":201}' });
    const other = await holder.win(claimOf('b', { sentAtMs }));
    expect(await holder.ask('settle', other, { outcome: '{}', jobId: '7' })).toEqual({ result: 'job-taken' });
  });

  it('after it suspended or released are what it said', async () => {
    await holder.ask('suspend', await holder.win(claimOf('suspended', { sentAtMs })));
    await holder.ask('release', await holder.win(claimOf('released', { sentAtMs })));
    await killAndReopen();
    expect(await holder.ask('takeAbandoned', leaseMs)).toEqual({ result: [] });
    expect(await holder.claim(claimOf('released'))).toMatchObject({ kind: 'won' });
    expect(await holder.claim(claimOf('suspended'))).toMatchObject({ kind: 'taken-over', sentAtMs });
  });
});

describe('a file that another process has open', () => {
  it('is refused with what to do, and the one that has it goes on', async () => {
    await holder.win(claimOf('a'));
    await using second = await startClaimsProcess(file);
    expect(second.opened).toMatchObject({
      failed: 'open',
      message: expect.stringMatching(/^is open in another/),
    });
    expect(await holder.claim(claimOf('a'))).toMatchObject({ kind: 'held' });
  });

  it('can be opened as soon as that one is gone', async () => {
    await holder.win(claimOf('a', { sentAtMs }));
    await killAndReopen();
    expect(await holder.claim(claimOf('a'))).toMatchObject({ kind: 'taken-over' });
  });
});
