/** The middle value, or the mean of the two in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/** The smallest value that so many percent of all do not exceed; NaN for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * The median of the ratios of each round, so that a machine that drifts from round to round takes both
 * sides of a ratio with it. Rounds that only one of the two has are left out.
 */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  const rounds = Math.min(ours.length, theirs.length);
  return median(
    Array.from({ length: rounds }, (_, round) => (ours[round] ?? Number.NaN) / (theirs[round] ?? Number.NaN)),
  );
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((one, other) => one - other);
}
