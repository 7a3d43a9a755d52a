import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClaimsUnavailable } from '../../../src/claims/errors.ts';
import { checkClaimsFile } from '../../../src/open-claims.ts';
import { claimOf, openClaimsUnderTest, type SqliteUnderTest, win } from '../../support/claims-under-test.ts';

let folder: string;
let file: string;
let store: SqliteUnderTest;
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'claims-')), 'data');
  file = join(folder, 'claims.sqlite');
  store = openClaimsUnderTest(file);
  const held = await win(store.claims, claimOf('settled', { sentAtMs: 1 }));
  await store.claims.settle(held, { outcome: '{}', jobId: '7' });
  await win(store.claims, claimOf('held'));
});
afterEach(() => {
  store.claims.close();
  rmSync(join(folder, '..'), { recursive: true });
});

const messages = () => store.log.lines.slice(1).map(({ level, message }) => `${level}: ${message}`);
const failure = async (promise: Promise<unknown>): Promise<ClaimsUnavailable> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ClaimsUnavailable);
  if (error instanceof ClaimsUnavailable) return error;
  throw error;
};

/** What was promised before, by the process that goes on and by the next one. */
async function expectAllKept(): Promise<void> {
  expect(await store.claims.claim(claimOf('settled'))).toEqual({ kind: 'settled', outcome: '{}' });
  expect(await store.claims.claim(claimOf('held'))).toMatchObject({ kind: 'held' });
  store.claims.close();
  using next = openClaimsUnderTest(file, store.clock);
  expect(await next.claims.claim(claimOf('settled'))).toEqual({ kind: 'settled', outcome: '{}' });
  expect(await next.claims.claim(claimOf('after'))).toMatchObject({ kind: 'taken-over' });
}

const removals: readonly (readonly [what: string, remove: () => void])[] = [
  ['file', () => rmSync(file)],
  ['log', () => rmSync(`${file}-wal`)],
  ['file and log', () => [file, `${file}-wal`].map((path) => rmSync(path))],
  ['folder', () => rmSync(folder, { recursive: true })],
];

describe('a claims file in use', () => {
  it.each(removals)('whose %s is removed is put back with all that was promised', async (_what, remove) => {
    remove();
    expect(await store.claims.claim(claimOf('after', { sentAtMs: 2 }))).toMatchObject({ kind: 'won' });
    expect(messages()).toEqual([expect.stringMatching(/^warn: The file .* has been put back$/)]);
    expect(readdirSync(folder).sort()).toEqual(['claims.sqlite', 'claims.sqlite-wal']);
    await expectAllKept();
  });

  it('that cannot be put back promises nothing, and says so once, until it can', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    const first = await failure(store.claims.claim(claimOf('after', { sentAtMs: 2 })));
    expect(first.message).toMatch(
      /^The claims file .* was removed while it was in use, and cannot be put back/,
    );
    expect(first.detail).not.toContain(folder);
    await failure(store.claims.renew({ id: 'held', nonce: 'x' }, { leaseMs: 1 }));
    rmSync(folder);
    expect(await store.claims.claim(claimOf('after', { sentAtMs: 2 }))).toMatchObject({ kind: 'won' });
    expect(messages()).toEqual([
      'error: CLAIMS_FILE cannot be used: creates with a key are refused, and others that need it',
      expect.stringMatching(/^warn: The file .* has been put back$/),
      'warn: CLAIMS_FILE can be used again: creates with a key are accepted, and others that need it',
    ]);
    await expectAllKept();
  });

  it('that is replaced by another one promises nothing until the first one is back', async () => {
    const aside = `${folder}-aside`;
    renameSync(folder, aside);
    mkdirSync(folder);
    openClaimsUnderTest(file)[Symbol.dispose]();
    const { message } = await failure(store.claims.claim(claimOf('settled')));
    expect(message).toMatch(/is another file than when it was opened: put the first one back, or start/);
    rmSync(folder, { recursive: true });
    renameSync(aside, folder);
    expect(await store.claims.claim(claimOf('after', { sentAtMs: 2 }))).toMatchObject({ kind: 'won' });
    await expectAllKept();
  });

  it('is closed for good once it is closed', async () => {
    store.claims.close();
    store.claims.close();
    expect((await failure(store.claims.claim(claimOf('a')))).code).toBe('claims-unavailable');
    expect(checkClaimsFile({ claimsFile: file })).toBe('usable');
  });
});
