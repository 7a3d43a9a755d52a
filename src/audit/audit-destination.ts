import type { AuditLine } from './audit-line.ts';

/** One place that lines of the audit trail can go to. */
export interface AuditDestination {
  /** For the operator: a path, or what else it is. */
  readonly name: string;
  /**
   * Writes a line at once, after all those before it.
   *
   * @throws what keeps it from being written
   */
  append(line: AuditLine, atMs: number): void;
  /**
   * Looks whether it can be written, without writing.
   *
   * @throws what keeps it from being written, as far as that can be seen
   */
  probe(): void;
  close(): void;
}
