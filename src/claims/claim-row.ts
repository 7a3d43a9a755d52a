import { z } from 'zod';
import type { ClaimRecord } from './claims.ts';
import type { Row } from './statements.ts';

const maybeText = z.string().nullable();
const maybeTime = z.number().nullable();

/** As the table has it, see schema.ts. */
const shape = z.object({
  id: z.string(),
  sandbox: z.string(),
  caller: z.string(),
  fingerprint: z.string(),
  memo: z.string(),
  nonce: maybeText,
  lease_until_ms: z.number(),
  sent_at_ms: maybeTime,
  kept_for_ms: z.number(),
  kept_until_ms: maybeTime,
  outcome: maybeText,
  job_id: maybeText,
});

export type ClaimRow = z.infer<typeof shape>;

/** @throws where the file holds something else than this code has written */
export const toClaimRow = (row: Row): ClaimRow => shape.parse(row);

/** Whether somebody holds it at this moment. */
export function isHeld({ outcome, nonce, lease_until_ms }: ClaimRow, nowMs: number): boolean {
  return outcome === null && nonce !== null && lease_until_ms > nowMs;
}

/** Whether it may be forgotten. */
export function isOver(row: ClaimRow, nowMs: number): boolean {
  return row.kept_until_ms !== null && row.kept_until_ms <= nowMs && !isHeld(row, nowMs);
}

export function toClaimRecord(row: ClaimRow, nowMs: number): ClaimRecord {
  const { id, sandbox, caller, fingerprint, memo } = row;
  return {
    id,
    sandbox,
    caller,
    fingerprint,
    memo,
    sentAtMs: row.sent_at_ms ?? undefined,
    jobId: row.job_id ?? undefined,
    isHeld: isHeld(row, nowMs),
    isSettled: row.outcome !== null,
  };
}
