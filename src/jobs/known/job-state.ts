import type { Job } from '../job.ts';
import type { Progress } from './progress.ts';
import type { Representation } from './representation.ts';

/** A job as it once was, and as it is sent. */
export interface JobState {
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
  /** When the export began, as long as it is not done. */
  readonly start: Start | undefined;
  readonly progress: Progress | undefined;
  readonly representation: Representation;
}

/** When an export began: as Platform says it, and by our own clock as we first heard of it. */
export interface Start {
  readonly epochMs: number;
  readonly atMs: number;
}

/** What is known of something, since when, and for how long it needs no question. */
export interface Reading {
  /** When Platform was asked, by our own clock: it is at least as new as that. */
  readonly asOfMs: number;
  readonly freshUntilMs: number;
  /** Its place among all readings and changes of this process. */
  readonly order: number;
  readonly representation: Representation;
}

export interface KnownJob extends Reading {
  readonly state: JobState;
  /** The states before, oldest first, as far as they were seen; not all of them. */
  readonly earlier: readonly JobState[];
}

/** A page of jobs as it is sent. */
export interface KnownPage extends Reading {
  /** The path and query of the next page. */
  readonly next: string | null;
}

/** A job in our words, and how it was read. */
export interface SeenJob {
  readonly job: Job;
  readonly asOfMs: number;
  readonly order: number;
}
