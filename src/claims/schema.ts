import type { DatabaseSync } from 'node:sqlite';
import { UnusableClaimsFile } from './unusable-claims-file.ts';

/** "jobs" in ASCII: marks the file as ours, https://sqlite.org/pragma.html#pragma_application_id. */
const applicationId = 0x6a6f6273;

/**
 * Each brings a file from the version before it to the next one; the first creates all. What has been released is never
 * changed. Times are of the wall clock.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE claims (
    id TEXT PRIMARY KEY,
    sandbox TEXT NOT NULL,
    caller TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    memo TEXT NOT NULL,
    -- Of who holds it, or has settled it; NULL where it was given up.
    nonce TEXT,
    lease_until_ms INTEGER NOT NULL,
    claimed_at_ms INTEGER NOT NULL,
    sent_at_ms INTEGER,
    kept_for_ms INTEGER NOT NULL,
    -- From then on it may be forgotten; NULL for never: it was sent, and its outcome is not known.
    kept_until_ms INTEGER,
    outcome TEXT,
    job_id TEXT,
    -- Set where no job of it runs: its job has ended, or it has started none.
    ended_at_ms INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX claims_job ON claims (sandbox, job_id) WHERE job_id IS NOT NULL;
  CREATE INDEX claims_time ON claims (sandbox, coalesce(sent_at_ms, claimed_at_ms));
  CREATE INDEX claims_fingerprint ON claims (sandbox, fingerprint);
  CREATE INDEX claims_running ON claims (sandbox, caller) WHERE ended_at_ms IS NULL;
  CREATE INDEX claims_open ON claims (lease_until_ms) WHERE outcome IS NULL;
  CREATE INDEX claims_kept ON claims (kept_until_ms) WHERE kept_until_ms IS NOT NULL;
  `,
];

export const newestVersion = migrations.length;

/** Looks, and changes nothing. @throws UnusableClaimsFile where it is not ours, or of a version that is not known here */
export function examineSchema(db: DatabaseSync): void {
  const version = pragma(db, 'user_version');
  const tables = db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables;
  const isOurs = pragma(db, 'application_id') === applicationId;
  if (!isOurs && !(version === 0 && tables === 0)) {
    throw new UnusableClaimsFile(
      'is a SQLite database of another program: name another file, this one is left as it is',
    );
  }
  if (version > newestVersion) {
    throw new UnusableClaimsFile(
      `is of a newer version of this service (format ${version}; this one knows ${newestVersion}): run that version, or name another file`,
    );
  }
}

/**
 * Brings the file to the newest version, all or nothing.
 *
 * @returns the version that it had; 0 for an empty one
 */
export function migrate(db: DatabaseSync): number {
  const version = pragma(db, 'user_version');
  if (version === newestVersion) return version;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const statements of migrations.slice(version)) db.exec(statements);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${newestVersion}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
  return version;
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
