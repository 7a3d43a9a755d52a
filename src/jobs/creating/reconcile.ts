import type { Fault } from '../../problems/fault.ts';
import type { JobsContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import type { Job } from '../job.ts';

/** The create whose outcome is looked for. */
export interface Search {
  readonly definition: Definition;
  /** When it was first sent, by the wall clock. */
  readonly sentAtMs: number;
  /** Its own claim, which is no other claim. */
  readonly claimId: string;
  /** For how long to look again and again while nothing is seen; 0 to look once. */
  readonly settlingMs: number;
}

export type SearchResult =
  /** Exactly one job can be it. */
  | { readonly kind: 'found'; readonly job: Job; readonly asOfMs: number }
  /** The list was read as far back as the create, and shows none. */
  | { readonly kind: 'none' }
  /** Several can be it, or it cannot be told whether one is. */
  | { readonly kind: 'unclear'; readonly jobIds: readonly string[] }
  /** The list cannot be read. */
  | { readonly kind: 'unreadable'; readonly fault: Fault };

/** Finds out what came of a create that was sent and got no answer. */
export type Reconcile = (search: Search, context: JobsContext) => Promise<SearchResult>;
