import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import { keyOf, type Scope } from '../context.ts';
import type { Job } from '../job.ts';

/** How long exports take: half of them between `earlyMs` and a time as far beyond `typicalMs`. */
export interface RunTime {
  /** The median. */
  readonly typicalMs: number;
  /** The lower quartile. */
  readonly earlyMs: number;
}

/** Learned from the exports of a scope that have succeeded; one that failed may have ended at any time. */
export interface RunTimes {
  learn(scope: Scope, job: Job): void;
  /** Undefined until an export has succeeded. */
  of(scope: Scope): RunTime | undefined;
}

interface Run {
  readonly id: string;
  /** RFC 3339, UTC, with milliseconds: such texts sort in the order of their times. */
  readonly endedAt: string;
  readonly durationMs: number;
}

interface Learned {
  /** By their end, earliest first. */
  readonly runs: readonly Run[];
  readonly runTime: RunTime;
}

/** Only the last ones, because segments grow and Platform changes. */
const mostRuns = 50;
/** What takes longer than this is a mistake in the times. */
const longestRunMs = 7 * 24 * 60 * 60 * 1000;
const mostScopes = 1_000;
const keptForMs = 30 * 24 * 60 * 60 * 1000;

export function createRunTimes(clock: Clock): RunTimes {
  const learned = createBoundedCache<Learned>({ maxEntries: mostScopes, clock });
  const everything = '?';

  return {
    learn(scope, job) {
      if (job.status !== 'SUCCEEDED') return;
      const key = keyOf(scope, everything);
      const before = learned.get(key)?.runs ?? [];
      const run = toRun(job);
      const isTooOld = before.length === mostRuns && run.endedAt <= (before[0]?.endedAt ?? '');
      if (isTooOld || !isPlausible(run) || before.some(({ id }) => id === run.id)) return;
      const byEnd = [...before, run].sort((one, other) => (one.endedAt < other.endedAt ? -1 : 1));
      const runs = byEnd.slice(-mostRuns);
      learned.set(key, { runs, runTime: toRunTime(runs) }, keptForMs);
    },
    of: (scope) => learned.get(keyOf(scope, everything))?.runTime,
  };
}

function toRunTime(runs: readonly Run[]): RunTime {
  const sorted = runs.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
  return { typicalMs: quantile(sorted, 0.5), earlyMs: quantile(sorted, 0.25) };
}

function isPlausible({ endedAt, durationMs }: Run): boolean {
  return endedAt !== '' && durationMs >= 1 && durationMs <= longestRunMs;
}

/** If times and duration are missing or contradict each other, the duration is NaN. */
function toRun({ id, metrics, createdAt = '', updatedAt = '' }: Job): Run {
  const { startedAt, endedAt, durationMs } = metrics?.total ?? {};
  const end = endedAt ?? updatedAt;
  const spanMs = Date.parse(end) - Date.parse(startedAt ?? createdAt);
  if (durationMs === undefined) return { id, endedAt: end, durationMs: spanMs };
  // A job's own times include how long it waited: only the times of the run can contradict its duration.
  const isMeasured = startedAt !== undefined && endedAt !== undefined;
  return { id, endedAt: end, durationMs: isMeasured ? agree(durationMs, spanMs) : durationMs };
}

/**
 * Platform's duration is in milliseconds, unless its own times contradict that. If it is a thousandth of what they
 * say, it is in seconds. A duration that they confirm neither way is not learned from.
 */
function agree(durationMs: number, spanMs: number): number {
  const isNear = (claimedMs: number) => Math.abs(claimedMs - spanMs) <= Math.max(1_000, spanMs / 10);
  if (isNear(durationMs)) return durationMs;
  return durationMs >= 1 && isNear(durationMs * 1000) ? spanMs : Number.NaN;
}

/** Of sorted values, interpolated between the two nearest ones. Whole milliseconds. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return Math.round(below + (above - below) * (place - Math.floor(place)));
}
