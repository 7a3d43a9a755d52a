import type { AuditAction, AuditOutcome } from '../../audit/audit-trail.ts';
import { type ProblemCode, problemCatalogue } from '../../problems/catalogue.ts';
import { Fault } from '../../problems/fault.ts';

/** Of these nobody knows whether Platform has carried out what it was sent, unless the fault says so. */
const leavesOpen: ReadonlySet<ProblemCode> = new Set([
  'platform-timed-out',
  'platform-unreachable',
  'platform-malformed',
  'platform-failed',
  'internal-error',
]);

/**
 * What a fault says of what was asked for. Where it may have been carried out it is never called failed. Pure.
 *
 * @param wasSent whether Platform was sent it, and has not refused it
 */
export function outcomeOfFault(error: unknown, action: AuditAction, wasSent: boolean): AuditOutcome {
  if (!(error instanceof Fault)) return wasSent ? 'unknown' : 'failed';
  const { code, details } = error;
  // It could not be shown to the caller, and runs all the same.
  if (details.startedJobId !== undefined) return 'created';
  if (code === 'create-not-confirmed') return 'not-confirmed';
  if (code === 'create-outcome-unknown' || details.mayHaveRun) return 'unknown';
  // Of a create the fault itself says so; a cancel may be sent again, so none says it of that.
  if (action === 'cancel' && wasSent && leavesOpen.has(code)) return 'unknown';
  return isRefusal(code) ? 'refused' : 'failed';
}

function isRefusal(code: ProblemCode): boolean {
  // It is our status that is another one: Platform's own was 403.
  if (code === 'platform-refused-us') return true;
  const { status } = problemCatalogue[code];
  return status >= 400 && status < 500 && code !== 'request-abandoned';
}
