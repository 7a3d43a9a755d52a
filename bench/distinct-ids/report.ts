/** What a process takes, in bytes. */
export interface Footprint {
  readonly resident: number;
  /** What JavaScript holds: its heap, and the bytes that belong to it outside. */
  readonly held: number;
}

/** What asking for so many jobs, each of them once, came to. */
export interface IdsReport {
  readonly seconds: number;
  /** Answers with another job than the one that was asked for, or without its bytes. */
  readonly wrong: number;
  readonly before: Footprint;
  readonly after: Footprint;
  /** The largest resident size on the way, between two batches. */
  readonly mostResident: number;
  readonly kept: Kept;
  readonly limits: { readonly mostJobs: number; readonly mostJobBytes: number };
}

/** What is known in the end, as it is counted against the limits. */
export interface Kept {
  readonly jobs: number;
  readonly bytes: number;
}
