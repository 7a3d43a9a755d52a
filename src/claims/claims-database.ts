import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '../observability/log.ts';
import { ClaimsUnavailable } from './errors.ts';
import { inMemory, type OpenOptions, openDatabase } from './open-database.ts';
import { putBack } from './put-back.ts';
import { createStatements, type Statements } from './statements.ts';
import { toUnusable, UnusableClaimsFile } from './unusable-claims-file.ts';

/** For a process that is just closing it, or only looks (`--check`). */
const waitAtStartMs = 1_000;

/** After the start no new file is made: an empty one would have forgotten all promises. */
const again: OpenOptions = { waitMs: 0, mayCreate: false };

/** The file while the service runs: what fails is told, and tried again from the ground with the next call. */
export interface ClaimsDatabase {
  /**
   * Runs it as one transaction. When this returns, it outlives the process.
   *
   * @param durability `power`: it outlives the machine's power, too, and so does all that came before it
   * @throws ClaimsUnavailable where nothing has been changed
   */
  change<T>(run: (statements: Statements) => T, durability?: 'process' | 'power'): T;
  /** @throws ClaimsUnavailable */
  read<T>(run: (statements: Statements) => T): T;
  close(): void;
}

/** https://sqlite.org/pragma.html#pragma_synchronous, for a log. Counts from the next transaction on. */
const synchronous = {
  process: 'PRAGMA synchronous = NORMAL',
  power: 'PRAGMA synchronous = FULL',
} as const;

interface Opened {
  readonly db: DatabaseSync;
  readonly statements: Statements;
  readonly identity: Identity | undefined;
}

interface Identity {
  readonly file: string;
  readonly log: string | undefined;
}

/**
 * @param setting the name of what is set to the file, for the log
 * @throws UnusableClaimsFile where it cannot be used at the start
 */
export function openClaimsDatabase(file: string, setting: string, log: Log): ClaimsDatabase {
  let opened: Opened | undefined = open({ waitMs: waitAtStartMs, mayCreate: true });
  let isClosed = false;
  let isFailing = false;

  function open(options: OpenOptions): Opened {
    const { db, isNew } = openDatabase(file, options);
    if (isNew && file !== inMemory)
      log.info({ file }, `The file of ${setting} is new: no earlier creates are known`);
    return { db, statements: createStatements(db), identity: identify(file) };
  }

  function letGo(): void {
    const { db } = opened ?? {};
    opened = undefined;
    try {
      db?.close();
    } catch {
      // It is broken: that is why it is let go.
    }
  }

  /** What was committed is in the open database, even where somebody has removed or replaced its files. */
  function usable(): Opened {
    opened ??= open(again);
    const { identity, db } = opened;
    if (identity === undefined) return opened;
    const now = identify(file);
    if (now?.file === identity.file && now.log === identity.log) return opened;
    if (now !== undefined && now.file !== identity.file) {
      throw new UnusableClaimsFile(
        'is another file than when it was opened: put the first one back, or start the service again with this one',
        { needsReopening: false },
      );
    }
    // Where only its log was removed, closing brings what that held into the file.
    if (now === undefined) putBackOrKeep(db, file);
    letGo();
    opened = open(again);
    log.warn({ file }, `The file of ${setting} was removed while it was in use, and has been put back`);
    return opened;
  }

  function fail(error: unknown): ClaimsUnavailable {
    const unusable = toUnusable(error);
    if (unusable.needsReopening && file !== inMemory) letGo();
    const internal = `The claims file ${file} ${unusable.message}`;
    if (!isFailing)
      log.error(
        { file, error: unusable.message },
        `${setting} cannot be used: creates with a key are refused, and others that need it`,
      );
    isFailing = true;
    return new ClaimsUnavailable('What is known of earlier creates cannot be kept or read at the moment.', {
      internal,
      cause: error,
    });
  }

  function tryToPutBack(): void {
    try {
      usable();
    } catch (error) {
      fail(error);
    }
  }

  function attempt<T>(run: (opened: Opened) => T): T {
    if (isClosed)
      throw new ClaimsUnavailable('This process is stopping.', { internal: 'The claims are closed' });
    try {
      return run(usable());
    } catch (error) {
      throw fail(error);
    }
  }

  return {
    change(run, durability = 'process') {
      return attempt(({ db, statements }) => {
        let changes = 0;
        db.exec(synchronous[durability]);
        const counting: Statements = {
          ...statements,
          run(sql, parameters) {
            const changed = statements.run(sql, parameters);
            changes += changed;
            return changed;
          },
        };
        db.exec('BEGIN IMMEDIATE');
        let result: ReturnType<typeof run>;
        try {
          result = run(counting);
          db.exec('COMMIT');
        } catch (error) {
          if (db.isTransaction) db.exec('ROLLBACK');
          throw error;
        }
        // Only what was written shows that it can be written.
        if (isFailing && changes > 0) {
          isFailing = false;
          log.warn(
            { file },
            `${setting} can be used again: creates with a key are accepted, and others that need it`,
          );
        }
        return result;
      });
    },
    read: (run) => attempt(({ statements }) => run(statements)),
    close() {
      if (isClosed) return;
      // A file that was removed since the last call is put back; where its folder has gone too, somebody meant it.
      if (opened !== undefined && existsSync(dirname(file))) tryToPutBack();
      isClosed = true;
      letGo();
    },
  };
}

/** Which files are there under these names, without opening them. */
function identify(file: string): Identity | undefined {
  if (file === inMemory) return undefined;
  const own = inode(file);
  return own === undefined ? undefined : { file: own, log: inode(`${file}-wal`) };
}

function inode(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

/** What it holds is nowhere else, so the open database must not be let go before it is written. */
function putBackOrKeep(db: DatabaseSync, file: string): void {
  try {
    putBack(db, file);
  } catch (error) {
    const { message } = toUnusable(error);
    throw new UnusableClaimsFile(`was removed while it was in use, and cannot be put back: it ${message}`, {
      needsReopening: false,
      cause: error,
    });
  }
}
