import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode } from '../observability/error-code.ts';
import { examineSchema, migrate } from './schema.ts';
import { toUnusable, UnusableClaimsFile } from './unusable-claims-file.ts';

export const inMemory = ':memory:';

export interface OpenOptions {
  /** For how long to wait for another process that has the file. */
  readonly waitMs: number;
  /** Whether a file may be created where there is none: for this user only, and so is the folder it is directly in. */
  readonly mayCreate: boolean;
}

export interface OpenDatabase {
  readonly db: DatabaseSync;
  /** Whether nothing had been kept in it. */
  readonly isNew: boolean;
}

/**
 * The database in the file, ours alone until it is closed: no other process can even read it.
 *
 * The process must not open the file in any other way: closing that would give up the lock of SQLite (a rule of POSIX).
 *
 * @throws UnusableClaimsFile
 */
export function openDatabase(file: string, { waitMs, mayCreate }: OpenOptions): OpenDatabase {
  let db: DatabaseSync | undefined;
  try {
    if (file !== inMemory) prepareFile(file, mayCreate);
    db = new DatabaseSync(file, { timeout: waitMs });
    // Before anything is read, so that the index of the log lies in memory and not in a third file.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    examineSchema(db);
    examinePages(db);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    const isNew = migrate(db) === 0;
    db.exec('PRAGMA busy_timeout = 0');
    return { db, isNew };
  } catch (error) {
    if (db?.isOpen) db.close();
    throw toUnusable(error);
  }
}

/** A file that was cut off often opens like a whole one, and would lose what it lacks without a word. */
export function examinePages(db: DatabaseSync): void {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found === 'ok') return;
  throw new UnusableClaimsFile(
    `is damaged: put a copy back, or move it away, which forgets the creates of the last day (${String(found).trim()})`,
  );
}

function prepareFile(file: string, mayCreate: boolean): void {
  const fault = placeFault(file);
  if (fault !== undefined) throw new UnusableClaimsFile(fault);
  if (existsSync(file)) return;
  if (!mayCreate) {
    throw new UnusableClaimsFile(
      'is gone: put it back (is its volume mounted?), or start the service again, which forgets all earlier creates',
    );
  }
  const folder = dirname(file);
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  createFile(file);
}

/** For this user only; SQLite gives its log the same mode. One that is there stays as it is. */
export function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'ax', 0o600));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Where it really is: SQLite follows links too, and puts its log beside the file and not beside the link. */
export function realFile(given: string): string {
  if (given === inMemory) return given;
  const file = resolve(given);
  if (existsSync(file)) return realpathSync(file);
  const folder = dirname(file);
  return existsSync(folder) ? join(realpathSync(folder), basename(file)) : file;
}

/** SQLite would throw the log away, with all that was promised in it. */
function isLost(file: string, size = 0): boolean {
  return size === 0 && (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** What keeps the place from having such a file, as far as that can be seen without opening anything. */
export function placeFault(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (isLost(file, stats?.size)) {
    return 'is gone or empty, and its log is still there (-wal): put the file back, or move the log away, which forgets the creates of the last day';
  }
  if (stats !== undefined && !stats.isFile()) return 'is a folder, or no ordinary file: name a file';
  const folder = dirname(file);
  const above = dirname(folder);
  // No more than one folder is created: in a path with a slip, the file would be where nobody keeps it.
  if (!existsSync(folder) && !existsSync(above)) {
    return `lies in a folder that does not exist, and neither does the one above it: create ${folder}`;
  }
  // Beside the file there is its log, so the folder has to be writable, too.
  accessSync(existsSync(folder) ? folder : above, constants.W_OK);
  if (stats !== undefined) accessSync(file, constants.R_OK | constants.W_OK);
  return undefined;
}
