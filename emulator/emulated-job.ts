/** A job as Platform would send it; only what the emulator itself reads is named. */
export interface EmulatedJob {
  readonly id: number | string;
  readonly status: string;
  readonly creationTime?: number | string;
  readonly [field: string]: unknown;
}
