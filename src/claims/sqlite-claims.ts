import type { Clock } from '../observability/clock.ts';
import type { Log } from '../observability/log.ts';
import { toClaimRecord, toClaimRow } from './claim-row.ts';
import type { Claims, HeldClaim } from './claims.ts';
import { openClaimsDatabase } from './claims-database.ts';
import { ClaimsUnavailable } from './errors.ts';
import { findClaims } from './find-claims.ts';
import { inMemory, realFile } from './open-database.ts';
import type { Statements } from './statements.ts';
import { rowOf, takeClaim, takeOver } from './take-claim.ts';
import { toUnusable } from './unusable-claims-file.ts';

export interface SqliteClaimsOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  /** The name of what is set to the file, for the log. */
  readonly setting?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** So many that are over go with each new claim: the file shrinks faster than it grows, and nobody waits for it. */
const mostForgotten = 16;

/**
 * Claims in a file of SQLite, for one process: as long as it is open, nobody else can use it. So whoever opens it knows
 * that what somebody holds in it was held by a process that has died.
 *
 * @throws UnusableClaimsFile where it cannot be used at the start; later each verb throws ClaimsUnavailable
 */
export function openSqliteClaims(options: SqliteClaimsOptions): Claims {
  const { file: given, setting = 'CLAIMS_FILE', clock, log } = options;
  const file = realFile(given);
  const database = openClaimsDatabase(file, setting, log);
  try {
    database.change(endLeases);
  } catch (error) {
    database.close();
    throw error instanceof ClaimsUnavailable ? toUnusable(error.details.cause) : error;
  }
  if (file === inMemory) {
    log.warn({}, `Promises about creates end with this process: ${setting} is :memory:`);
  }
  const opened = { atMs: clock.now(), wallMs: clock.wallNow() };
  /** A wall clock that is set forward ends no promise; by one that is set back they last longer. */
  const nowMs = () => Math.min(clock.wallNow(), opened.wallMs + clock.now() - opened.atMs);

  return {
    claim: async (request) =>
      database.change((statements) => {
        forget(statements, nowMs());
        return takeClaim(statements, request, nowMs());
      }, durabilityOf(request)),

    renew: async (held, change) =>
      database.change(({ run }) => {
        const { leaseMs, sentAtMs } = change;
        const until = nowMs() + leaseMs;
        // What was sent is not forgotten before somebody knows what came of it.
        const changed = run(
          `UPDATE claims SET lease_until_ms = $until, sent_at_ms = coalesce($sentAt, sent_at_ms),
             kept_until_ms = iif(coalesce($sentAt, sent_at_ms) IS NULL, kept_until_ms, NULL)
           WHERE ${isHolders}`,
          { ...holder(held), until, sentAt: sentAtMs ?? null },
        );
        return changed > 0;
      }, durabilityOf(change)),

    settle: async (held, { outcome, jobId }) =>
      database.change((statements) => {
        const row = rowOf(statements, held.id);
        if (row === undefined || row.nonce !== held.nonce) return 'lost';
        // Said twice, because the answer to the first did not come.
        if (row.outcome !== null)
          return row.outcome === outcome && row.job_id === (jobId ?? null) ? 'settled' : 'lost';
        if (jobId !== undefined && isOwned(statements, row.sandbox, jobId)) return 'job-taken';
        statements.run(
          `UPDATE claims SET outcome = $outcome, memo = '', job_id = $jobId, kept_until_ms = $now + kept_for_ms,
             ended_at_ms = iif($jobId IS NULL, $now, NULL)
           WHERE ${isHolders}`,
          { ...holder(held), outcome, jobId: jobId ?? null, now: nowMs() },
        );
        return 'settled';
      }),

    async release(held) {
      database.change(({ run }) => run(`DELETE FROM claims WHERE ${isHolders}`, holder(held)));
    },

    async suspend(held) {
      database.change(({ run }) =>
        run(`UPDATE claims SET nonce = NULL, kept_until_ms = $now + kept_for_ms WHERE ${isHolders}`, {
          ...holder(held),
          now: nowMs(),
        }),
      );
    },

    async find(filter, most) {
      const now = nowMs();
      const rows = database.read((statements) => findClaims(statements, filter, most, now));
      return rows.map((row) => toClaimRecord(toClaimRow(row), now));
    },

    takeAbandoned: async (leaseMs, except = new Set()) =>
      database.change((statements) => {
        const now = nowMs();
        const rows = statements.all(
          `SELECT * FROM claims WHERE outcome IS NULL AND nonce IS NOT NULL AND sent_at_ms IS NOT NULL
             AND lease_until_ms <= $now ORDER BY sent_at_ms, rowid`,
          { now },
        );
        const abandoned = rows.map(toClaimRow).filter(({ id }) => !except.has(id));
        return abandoned.map((row) => {
          const { id } = row;
          const held = takeOver(statements, id, now + leaseMs);
          const taken = rowOf(statements, id) ?? row;
          return { held, record: toClaimRecord(taken, now) };
        });
      }),

    async recordEnd(sandbox, jobId) {
      database.change(({ run }) =>
        run(
          `UPDATE claims SET ended_at_ms = $now
           WHERE sandbox = $sandbox AND job_id = $jobId AND ended_at_ms IS NULL`,
          { sandbox, jobId, now: nowMs() },
        ),
      );
    },

    close: database.close,
  };
}

/**
 * Only one thing may not be forgotten with the machine's power: that a create is sent next. All that comes after it is
 * found out again.
 */
const durabilityOf = ({ sentAtMs }: { readonly sentAtMs?: number }) =>
  sentAtMs === undefined ? 'process' : 'power';

const isHolders = 'id = $id AND nonce = $nonce AND outcome IS NULL';

/** node:sqlite refuses a named parameter that the statement does not have. */
const holder = ({ id, nonce }: HeldClaim) => ({ id, nonce });

/** Of whoever has died; what they had not sent is nobody's any more. */
function endLeases({ run }: Statements): void {
  run('DELETE FROM claims WHERE outcome IS NULL AND sent_at_ms IS NULL');
  run(
    'UPDATE claims SET lease_until_ms = 0 WHERE outcome IS NULL AND nonce IS NOT NULL AND lease_until_ms > 0',
  );
}

function forget({ run }: Statements, now: number): void {
  run(
    `DELETE FROM claims WHERE rowid IN (
       SELECT rowid FROM claims WHERE kept_until_ms <= $now
         AND NOT (outcome IS NULL AND nonce IS NOT NULL AND lease_until_ms > $now)
       LIMIT $most)`,
    { now, most: mostForgotten },
  );
}

function isOwned({ all }: Statements, sandbox: string, jobId: string): boolean {
  return (
    all('SELECT 1 FROM claims WHERE sandbox = $sandbox AND job_id = $jobId', { sandbox, jobId }).length > 0
  );
}
