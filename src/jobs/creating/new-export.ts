import type { ExportRequest } from '../../platform/export-request.ts';
import type { DuplicateMode } from '../../policies/rules.ts';
import type { ChangeContext } from '../context.ts';

/** An export as a caller has described it, checked. */
export interface NewExport {
  readonly request: ExportRequest;
  /** In whose words it was described: faults point into that form. */
  readonly form: 'ours' | 'adobes';
}

export interface CreateCommand {
  readonly newExport: NewExport;
  /** The caller's `Idempotency-Key`; nothing where it sends none. */
  readonly idempotencyKey: string | undefined;
  /** What the caller wants where an equal export is running; what policies and settings say unless given. */
  readonly duplicates: DuplicateMode | undefined;
  /**
   * Called before anything is sent, and not at all for a replay: judges the conditions of the request.
   *
   * @returns the context with the time that is left
   * @throws what keeps the create from being begun
   */
  readonly checkConditions: (context: ChangeContext) => Promise<ChangeContext>;
}

/** The answer to a create. */
export interface Created {
  /** Whether this create has started the job, or an equal one was running. */
  readonly kind: 'created' | 'reused';
  readonly id: string;
  /** The body of the answer; of a reused job with `"reused": true`. */
  readonly json: string;
  /** Whether it is the answer to an earlier request with the same key. */
  readonly isReplayed: boolean;
}
