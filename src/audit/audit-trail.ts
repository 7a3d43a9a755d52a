/** What became of what a caller asked for. */
export type AuditOutcome =
  /** The export was started. */
  | 'created'
  /** Answered with an equal job that runs already. */
  | 'reused'
  /** Answered with what came of an earlier request with the same key. */
  | 'replayed'
  /** Rehearsed: everything was done but the create. */
  | 'rehearsed'
  /** The job was marked for cancelling. */
  | 'cancelling'
  /** Refused here or by Platform; nothing was carried out. */
  | 'refused'
  /** Failed, and nothing was carried out. */
  | 'failed'
  /** Sent, and not seen so far: it may still have been started. */
  | 'not-confirmed'
  /** Sent, and nobody knows. */
  | 'unknown';

export type AuditAction = 'create' | 'cancel' | 'rehearse';

/** One line of the audit trail. Its fields are named here, one by one: no header, no token, no secret. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** The problem's code, where the answer was a problem. */
  readonly code?: string;
  /** The rules of the export policies that refused it. */
  readonly rules?: readonly string[];
  /** Its name. A caller may choose it where an identity provider lets it. */
  readonly caller: string | undefined;
  /** Tells it from all others, which no caller can choose. */
  readonly callerId: string;
  /** For whom a trusted gateway says that it sends the request. */
  readonly user: string | undefined;
  readonly sandbox: string | undefined;
  /** Ours, as in `x-request-id`. */
  readonly requestId: string;
  /** Platform's own, in the order of the calls. */
  readonly platformRequestIds: readonly string[];
  readonly jobId?: string | undefined;
  readonly fingerprint?: string;
  readonly datasetId?: string;
  /** Their ids; empty for an export of all profiles. */
  readonly segments?: readonly string[];
  /** `all` where all fields are exported. */
  readonly fields?: readonly string[] | 'all';
  /** True where time-series events are exported too. */
  readonly events?: boolean;
  /** When the create was sent, where that is another time than the line's own. Wall clock, milliseconds. */
  readonly sentAtMs?: number;
  /** True for a line that is written after a restart, for a create of a process that died. */
  readonly recovered?: true;
}

/** Where the operator's record of all creates and cancels goes, apart from the request log. */
export interface AuditTrail {
  /** Writes one line at once. What cannot be written is told in the log, loudly, and throws nothing. */
  write(entry: AuditEntry): void;
  /**
   * Asked before anything is sent.
   *
   * @throws AuditUnavailable where the destination is lost and the operator wants no create without it
   */
  requireWritable(): void;
  close(): void;
}

/** For whoever runs jobs without anybody to answer to, such as a benchmark. */
export const silentAuditTrail: AuditTrail = { write() {}, requireWritable() {}, close() {} };
