import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { createFile } from './open-database.ts';

/**
 * Writes what an open database holds under the name that its file had before somebody removed it. Where that fails, the
 * database still holds everything.
 */
export function putBack(db: DatabaseSync, file: string): void {
  const written = `${file}.put-back`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(written, { force: true });
  createFile(written);
  db.prepare('VACUUM INTO ?').run(written);
  sync(written);
  // What is left of the old file's log must not be taken for one of the new; the database itself still has it open.
  rmSync(`${file}-wal`, { force: true });
  renameSync(written, file);
  sync(dirname(file));
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
