import type { AuditEntry, AuditOutcome } from '../../audit/audit-trail.ts';
import type { UpstreamCall } from '../../platform/call.ts';

/** What a request is about, as far as that is known. */
export type Audited = Partial<
  Pick<
    AuditEntry,
    | 'sandbox'
    | 'jobId'
    | 'fingerprint'
    | 'datasetId'
    | 'segments'
    | 'fields'
    | 'events'
    | 'sentAtMs'
    | 'recovered'
  >
>;

/** The one line that a request gets in the audit trail. */
export interface AuditRecorder {
  /** Says what the request is about as soon as it is known, for whoever records it. What is said later wins. */
  describe(what: Audited): void;
  /** As `CallContext.observe`. */
  observe(call: UpstreamCall): void;
  /** Writes the line, unless it has been written. */
  record(outcome: AuditOutcome, what?: Audited): void;
  /** The same for what has failed, whatever was thrown. */
  recordFault(error: unknown, what?: Audited): void;
}
