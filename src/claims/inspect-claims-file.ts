import { accessSync, closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inMemory, placeFault } from './open-database.ts';
import { applicationId, newerVersion, newestVersion } from './schema.ts';
import { resultCodeOf, toUnusable, UnusableClaimsFile } from './unusable-claims-file.ts';

export type ClaimsFileState = 'in-memory' | 'to-be-created' | 'usable' | 'in-use';

/**
 * What a start would find, for whoever only looks: creates nothing, writes nothing, and does not get in the way of a
 * process that has the file. Not for that process itself, see `openDatabase`.
 *
 * @throws UnusableClaimsFile
 */
export function inspectClaimsFile(given: string): ClaimsFileState {
  if (given === inMemory) return 'in-memory';
  const file = resolve(given);
  try {
    const fault = placeFault(file);
    if (fault !== undefined) throw new UnusableClaimsFile(fault);
    const folder = dirname(file);
    accessSync(existsSync(folder) ? folder : dirname(folder), constants.W_OK);
    if (!existsSync(file)) return 'to-be-created';
    accessSync(file, constants.R_OK | constants.W_OK);
    examineHeader(file);
    return isInUse(file) ? 'in-use' : 'usable';
  } catch (error) {
    throw toUnusable(error);
  }
}

/** See https://sqlite.org/fileformat2.html#the_database_header. An empty file is an empty database. */
function examineHeader(file: string): void {
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  let length: number;
  try {
    length = readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (length === 0) return;
  if (length < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    throw new UnusableClaimsFile('is not a SQLite database: name another file, this one is left as it is');
  }
  const version = header.readUInt32BE(60);
  const application = header.readUInt32BE(68);
  // What is in the log only, is not in the header yet: there both are still 0.
  if (application !== applicationId && (application !== 0 || version !== 0)) {
    throw new UnusableClaimsFile(
      'is a SQLite database of another program: name another file, this one is left as it is',
    );
  }
  if (version > newestVersion) throw new UnusableClaimsFile(newerVersion(version));
}

/** Whoever has it has a log beside it, and keeps all others from reading. */
function isInUse(file: string): boolean {
  // To read it without one, SQLite would create one.
  if (!existsSync(`${file}-wal`)) return false;
  const db = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    // Otherwise it would create an index of the log.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.prepare('PRAGMA user_version').get();
    return false;
  } catch (error) {
    return (Number(resultCodeOf(error)) & 0xff) === 5;
  } finally {
    db.close();
  }
}
