import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { examinePages, inMemory, placeFault, realFile } from './open-database.ts';
import { examineSchema } from './schema.ts';
import { resultCodeOf, toUnusable, UnusableClaimsFile } from './unusable-claims-file.ts';

export type ClaimsFileState = 'in-memory' | 'to-be-created' | 'usable' | 'in-use';

/** SQLITE_BUSY, and SQLITE_IOERR_LOCK: the lock was free, and who only reads may not take it. */
const busy = 5;
const lockRefused = 3850;

/**
 * What a start would find, for whoever only looks: creates nothing, writes nothing, and does not get in the way of a
 * process that has the file. In that process itself SQLite, and nothing else that opens it, keeps the lock.
 *
 * @throws UnusableClaimsFile
 */
export function inspectClaimsFile(given: string): ClaimsFileState {
  if (given === inMemory) return 'in-memory';
  const file = realFile(given);
  try {
    const fault = placeFault(file);
    if (fault !== undefined) throw new UnusableClaimsFile(fault);
    if (!existsSync(file)) return 'to-be-created';
    if (existsSync(`${file}-wal`)) return isInUse(file) ? 'in-use' : 'usable';
    examineAtRest(file);
    return 'usable';
  } catch (error) {
    throw toUnusable(error);
  }
}

/** Without locks, and without the files that SQLite puts beside it. Nobody writes to it: there is no log. */
function examineAtRest(file: string): void {
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  const db = new DatabaseSync(url, { readOnly: true });
  try {
    examineSchema(db);
    examinePages(db);
  } finally {
    db.close();
  }
}

/** Whoever has it keeps all others from reading. What a process left that was killed, only a start can look at. */
function isInUse(file: string): boolean {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    // Otherwise it would create an index of the log.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.prepare('PRAGMA user_version').get();
    return false;
  } catch (error) {
    const code = resultCodeOf(error);
    if (code === lockRefused) return false;
    if (code === busy) return true;
    throw error;
  } finally {
    db.close();
  }
}
