import { createMovableClock, type MovableClock } from '../../emulator/movable-clock.ts';
import type { ClaimRequest, Claims, HeldClaim } from '../../src/claims/claims.ts';
import { openSqliteClaims } from '../../src/claims/sqlite-claims.ts';
import type { Log } from '../../src/observability/log.ts';

export const leaseMs = 60_000;
export const keptForMs = 24 * 60 * 60_000;

export function claimOf(id: string, more: Partial<ClaimRequest> = {}): ClaimRequest {
  const memo = '{"requestId":"r1"}';
  return { id, sandbox: 'prod', caller: 'anna', fingerprint: 'print', memo, leaseMs, keptForMs, ...more };
}

/** @throws where somebody else has it */
export async function win(claims: Claims, request: ClaimRequest): Promise<HeldClaim> {
  const result = await claims.claim(request);
  if (result.kind !== 'won' && result.kind !== 'taken-over') throw new Error(`It is ${result.kind}`);
  return result.held;
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log that remembers what it was told. */
export function createRememberingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (fields: LogLine['fields'], message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

export interface SqliteUnderTest extends Disposable {
  readonly claims: Claims;
  readonly clock: MovableClock;
  readonly log: ReturnType<typeof createRememberingLog>;
}

export function openClaimsUnderTest(file: string, clock = createMovableClock()): SqliteUnderTest {
  const log = createRememberingLog();
  const claims = openSqliteClaims({ file, clock, log });
  return { claims, clock, log, [Symbol.dispose]: () => claims.close() };
}
