/** How far Platform's clock is ahead of ours, in milliseconds, as far as that is known; both bounds can be it. */
export interface ClockDifference {
  readonly leastMs: number;
  readonly mostMs: number;
  /** Whether Platform has said what time it is. */
  readonly isMeasured: boolean;
}

/** One answer of Platform, with our wall clock's times around it. */
export interface DatedAnswer {
  /** The `Date` of the answer, in whole seconds. */
  readonly dateMs: number | undefined;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** More than clocks differ that somebody looks after. */
const unmeasuredMs = 5 * 60 * 1000;

export const unmeasured: ClockDifference = {
  leastMs: -unmeasuredMs,
  mostMs: unmeasuredMs,
  isMeasured: false,
};

/** What one more answer adds. `Date` cuts off up to 999 ms, and was written at some moment of the call. Pure. */
export function measure(known: ClockDifference, answer: DatedAnswer): ClockDifference {
  const { dateMs, beganAtMs, endedAtMs } = answer;
  if (dateMs === undefined) return known;
  const seen = { leastMs: dateMs - endedAtMs, mostMs: dateMs + 999 - beganAtMs, isMeasured: true };
  if (!known.isMeasured) return seen;
  const leastMs = Math.max(known.leastMs, seen.leastMs);
  const mostMs = Math.min(known.mostMs, seen.mostMs);
  // Answers that contradict each other: one of the clocks was set meanwhile.
  return leastMs > mostMs ? seen : { leastMs, mostMs, isMeasured: true };
}
