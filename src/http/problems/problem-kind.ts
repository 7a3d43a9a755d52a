/** Who can mend it. */
export type Owner = 'caller' | 'operator' | 'platform';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly owner: Owner;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly cause: string;
  readonly cure: string;
}
