import type { JobState } from '../cache/cached.ts';
import type { Job } from '../job.ts';

/** What the state of a job says of a cancel that was sent. */
export type CancelOutcome =
  /** It is on its way, or nothing says otherwise. */
  | 'cancelling'
  /** The job has ended, as far as can be told because of the cancel. */
  | 'ended'
  /** The job had ended by itself. */
  | 'too-late';

/** Adobe's clock and ours: what is no further apart than this cannot be put in order. */
const clocksApartMs = 60_000;

/** Adobe documents no word for a job that was cancelled; its sibling, the segment job, has these two. */
const cancelled = /^cancel/i;

export const isCancelled = ({ status }: JobState) => cancelled.test(status);

/**
 * Pure. A cancelled job ends as CANCELLED or, in some services, as FAILED. FAILED is taken for another reason only if it is
 * clearly older than the cancel.
 *
 * @param sentAtMs when the cancel was sent, by the wall clock
 */
export function judgeCancel(state: JobState, sentAtMs: number): CancelOutcome {
  if (!state.done) return 'cancelling';
  if (isCancelled(state)) return 'ended';
  if (state.status !== 'FAILED') return 'too-late';
  const { updatedAt = '' }: Job = JSON.parse(state.representation.json);
  return Date.parse(updatedAt) < sentAtMs - clocksApartMs ? 'too-late' : 'ended';
}
