import type { Judged } from './bars.ts';

/** A number with its unit, such as 12 340 `req/s` or 3 `ms p99`. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
}

/** One line of the table: what one contestant did in one workload. */
export interface Row {
  readonly workload: string;
  readonly contestant: string;
  readonly figures: readonly Figure[];
  /** The service's figure over this contestant's, from the same rounds. */
  readonly ratio?: number;
  readonly judged?: Judged;
  /** Why there is no figure to trust: it did not work. */
  readonly failure?: string;
}
