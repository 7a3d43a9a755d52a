import type { ClaimFilter } from './claims.ts';
import type { Parameters, Row, Statements } from './statements.ts';

/** Each part of a filter with its condition; what is not asked for is not in the statement, so that an index serves it. */
export function findClaims(
  { all }: Statements,
  { sandbox, caller, fingerprint, sentSinceMs, notEnded = false }: ClaimFilter,
  most: number,
  nowMs: number,
): readonly Row[] {
  const parameters: Record<string, Parameters[string]> = { sandbox, most, now: nowMs };
  const conditions = [
    'sandbox = $sandbox',
    '(sent_at_ms IS NOT NULL OR outcome IS NOT NULL)',
    '(kept_until_ms IS NULL OR kept_until_ms > $now OR (outcome IS NULL AND nonce IS NOT NULL))',
  ];
  function add(condition: string, given: Parameters = {}): void {
    conditions.push(condition);
    Object.assign(parameters, given);
  }
  if (caller !== undefined) add('caller = $caller', { caller });
  if (fingerprint !== undefined) add('fingerprint = $fingerprint', { fingerprint });
  if (sentSinceMs !== undefined) add('sent_at_ms >= $since', { since: sentSinceMs });
  if (notEnded) add('ended_at_ms IS NULL');
  // Without figures SQLite would rather follow the order, through all claims of the sandbox.
  const index = fingerprint === undefined ? '' : 'INDEXED BY claims_fingerprint';
  return all(
    `SELECT * FROM claims ${index} WHERE ${conditions.join(' AND ')}
     ORDER BY coalesce(sent_at_ms, claimed_at_ms) DESC, rowid DESC LIMIT $most`,
    parameters,
  );
}
