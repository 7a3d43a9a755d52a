import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newestVersion } from '../../../src/claims/schema.ts';
import { SettingsError } from '../../../src/config/settings-error.ts';
import { systemClock } from '../../../src/observability/clock.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { checkClaimsFile, openClaims } from '../../../src/open-claims.ts';
import { claimOf, createRememberingLog, openClaimsUnderTest, win } from '../../support/claims-under-test.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claims-'));
  file = join(folder, 'claims.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Opens it as a start does, and says what is wrong. */
function faultOf(use: (settings: { claimsFile: string }) => unknown, claimsFile = file): string | undefined {
  try {
    use({ claimsFile });
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
}
const start = (settings: { claimsFile: string }) => {
  openClaims(settings, { log: silentLog, clock: systemClock }).close();
};

/** A file with so many settled claims in it. */
async function fill(most: number): Promise<void> {
  using store = openClaimsUnderTest(file);
  for (let index = 0; index < most; index += 1) {
    const held = await win(store.claims, claimOf(`claim-${index}`, { sentAtMs: 1 }));
    await store.claims.settle(held, { outcome: JSON.stringify({ index }), jobId: String(index) });
  }
}

function change(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

const notUsable: readonly (readonly [name: string, make: () => unknown, sentence: RegExp])[] = [
  ['that is a folder', () => mkdirSync(file), /is a folder, or no ordinary file: name a file$/],
  [
    'of text',
    () => writeFileSync(file, 'not a database\n'.repeat(500)),
    /is not a SQLite database.*left as it is/,
  ],
  ['of a few bytes', () => writeFileSync(file, 'short'), /is not a SQLite database/],
  ['of another program', () => change('CREATE TABLE notes (text)'), /of another program.*left as it is$/],
  [
    'of a newer version',
    async () => {
      await fill(1);
      change(`PRAGMA user_version = ${newestVersion + 1}`);
    },
    /is of a newer version of this service \(format 2; this one knows 1\): run that version/,
  ],
  [
    'that was cut off in the middle',
    async () => {
      await fill(100);
      truncateSync(file, 3 * 4096);
    },
    /is damaged: put a copy back, or move it away, which forgets the creates of the last day/,
  ],
  [
    'with a page that was overwritten',
    async () => {
      await fill(100);
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xff, 2 * 4096, 6 * 4096));
    },
    /is damaged/,
  ],
];

describe('a claims file', () => {
  it.each(notUsable)(
    '%s is refused at the start with what to do, and is left as it is',
    async (_name, make, sentence) => {
      await make();
      const read = () => (statSync(file).isFile() ? readFileSync(file) : undefined);
      const before = read();
      expect(faultOf(start)).toMatch(sentence);
      expect(faultOf(start)).toMatch(`CLAIMS_FILE names ${file}, which `);
      expect(read()).toEqual(before);
    },
  );

  it.each(notUsable)('%s is found by whoever only looks, too', async (_name, make, sentence) => {
    await make();
    expect(faultOf(checkClaimsFile)).toMatch(sentence);
    expect(readdirSync(folder)).toEqual(['claims.sqlite']);
  });

  it('that is empty is of version 0, and is brought to the newest', () => {
    writeFileSync(file, '');
    expect(faultOf(start)).toBeUndefined();
    const db = new DatabaseSync(file, { readOnly: true });
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: newestVersion });
    db.close();
  });

  it('is created with its folder, for this user only, and no folder above', () => {
    const inFolder = join(folder, 'data', 'claims.sqlite');
    expect(faultOf(checkClaimsFile, inFolder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    using store = openClaimsUnderTest(inFolder);
    expect(store.log.lines).toMatchObject([{ level: 'info', message: expect.stringMatching(/is new/) }]);
    const modes = ['data', 'data/claims.sqlite', 'data/claims.sqlite-wal'].map(
      (path) => statSync(join(folder, path)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const astray = join(folder, 'dta', 'aep', 'claims.sqlite');
    expect(faultOf(start, astray)).toMatch(/lies in a folder that does not exist.*create \/.*dta\/aep$/);
    expect(faultOf(checkClaimsFile, astray)).toBe(faultOf(start, astray));
  });

  it('is whole after an ordinary end, and nothing else is beside it', async () => {
    await fill(3);
    expect(readdirSync(folder)).toEqual(['claims.sqlite']);
    expect(checkClaimsFile({ claimsFile: file })).toBe('usable');
    expect(readdirSync(folder)).toEqual(['claims.sqlite']);
    using store = openClaimsUnderTest(file);
    expect(await store.claims.claim(claimOf('claim-2'))).toEqual({ kind: 'settled', outcome: '{"index":2}' });
    expect(await store.claims.claim(claimOf('new'))).toMatchObject({ kind: 'won' });
    expect(await store.claims.claim(claimOf('new'))).toMatchObject({ kind: 'held' });
    expect(store.log.lines).toEqual([]);
  });

  it('that is refused again and again leaves nothing open', () => {
    writeFileSync(file, 'not a database\n'.repeat(500));
    const opened = () => readdirSync('/proc/self/fd').length;
    const before = opened();
    for (let time = 0; time < 20; time += 1)
      expect(faultOf(time % 2 ? start : checkClaimsFile)).toBeDefined();
    expect(opened()).toBe(before);
  });

  it('in memory warns at the start, and once only', async () => {
    const log = createRememberingLog();
    openClaims({ claimsFile: ':memory:' }, { log, clock: systemClock }).close();
    expect(log.lines).toMatchObject([
      { level: 'warn', message: expect.stringMatching(/end with this process/) },
    ]);
    expect(checkClaimsFile({ claimsFile: ':memory:' })).toBe('in-memory');
  });
});
