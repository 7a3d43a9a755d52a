import { randomUUID } from 'node:crypto';
import { type ClaimRow, isHeld, isOver, toClaimRow } from './claim-row.ts';
import type { ClaimRequest, ClaimResult, HeldClaim } from './claims.ts';
import type { Statements } from './statements.ts';

/** Decides whose the id is, within a transaction. */
export function takeClaim(statements: Statements, request: ClaimRequest, now: number): ClaimResult {
  const { id, fingerprint, leaseMs } = request;
  const row = rowOf(statements, id);
  const isGone = row !== undefined && (isOver(row, now) || isUnsentAndLeft(row, now));
  if (row === undefined || isGone) {
    if (isGone) statements.run('DELETE FROM claims WHERE id = $id', { id });
    return { kind: 'won', held: insert(statements, request, now) };
  }
  if (row.fingerprint !== fingerprint) return { kind: 'other-fingerprint' };
  if (row.outcome !== null) return { kind: 'settled', outcome: row.outcome };
  if (isHeld(row, now)) return { kind: 'held' };
  const held = takeOver(statements, id, now + leaseMs);
  return { kind: 'taken-over', held, sentAtMs: row.sent_at_ms ?? now };
}

function isUnsentAndLeft(row: ClaimRow, now: number): boolean {
  return row.outcome === null && row.sent_at_ms === null && !isHeld(row, now);
}

function insert({ run }: Statements, request: ClaimRequest, now: number): HeldClaim {
  const { id, sandbox, caller, fingerprint, memo, leaseMs, keptForMs, sentAtMs } = request;
  const nonce = randomUUID();
  run(
    `INSERT INTO claims (id, sandbox, caller, fingerprint, memo, nonce, lease_until_ms, claimed_at_ms, sent_at_ms,
       kept_for_ms, kept_until_ms)
     VALUES ($id, $sandbox, $caller, $fingerprint, $memo, $nonce, $leaseUntil, $now, $sentAt, $keptFor, $keptUntil)`,
    {
      ...{ id, sandbox, caller, fingerprint, memo, nonce, now },
      leaseUntil: now + leaseMs,
      sentAt: sentAtMs ?? null,
      keptFor: keptForMs,
      keptUntil: sentAtMs === undefined ? now + keptForMs : null,
    },
  );
  return { id, nonce };
}

/** A new holder, so that the earlier one has lost it. */
export function takeOver({ run }: Statements, id: string, leaseUntilMs: number): HeldClaim {
  const nonce = randomUUID();
  run('UPDATE claims SET nonce = $nonce, lease_until_ms = $leaseUntil, kept_until_ms = NULL WHERE id = $id', {
    id,
    nonce,
    leaseUntil: leaseUntilMs,
  });
  return { id, nonce };
}

export function rowOf({ all }: Statements, id: string): ClaimRow | undefined {
  const row = all('SELECT * FROM claims WHERE id = $id', { id })[0];
  return row && toClaimRow(row);
}
