import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import { keyOf, type View } from '../asker.ts';
import type { Job } from '../job.ts';

/** How long exports take: half of them between `earlyMs` and a time as far beyond `typicalMs`. */
export interface RunTime {
  /** The median. */
  readonly typicalMs: number;
  /** The lower quartile. */
  readonly earlyMs: number;
}

/** Learned from the exports of a view that have succeeded; a failed one may have ended at any time. */
export interface RunTimes {
  learn(view: View, job: Job): void;
  /** Nothing until something is known. */
  of(view: View): RunTime | undefined;
}

interface Run {
  readonly id: string;
  /** RFC 3339, UTC, with milliseconds: such texts stand in the order of their times. */
  readonly endedAt: string;
  readonly durationMs: number;
}

interface Learned {
  /** By their end, earliest first. */
  readonly runs: readonly Run[];
  readonly runTime: RunTime;
}

/** The last ones, because segments grow and Platform changes. */
const mostRuns = 50;
/** Nothing that takes longer is an export. */
const longestRunMs = 7 * 24 * 60 * 60 * 1000;
const mostViews = 1_000;
const keptForMs = 30 * 24 * 60 * 60 * 1000;

export function createRunTimes(clock: Clock): RunTimes {
  const learned = createBoundedCache<Learned>({ maxEntries: mostViews, clock });
  const everything = '?';

  return {
    learn(view, job) {
      if (job.status !== 'SUCCEEDED') return;
      const key = keyOf(view, everything);
      const known = learned.get(key)?.runs ?? [];
      const run = toRun(job);
      const isTooOld = known.length === mostRuns && run.endedAt <= (known[0]?.endedAt ?? '');
      if (isTooOld || !isPlausible(run) || known.some(({ id }) => id === run.id)) return;
      const byEnd = [...known, run].sort((one, other) => (one.endedAt < other.endedAt ? -1 : 1));
      const runs = byEnd.slice(-mostRuns);
      learned.set(key, { runs, runTime: toRunTime(runs) }, keptForMs);
    },
    of: (view) => learned.get(keyOf(view, everything))?.runTime,
  };
}

function toRunTime(runs: readonly Run[]): RunTime {
  const sorted = runs.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
  return { typicalMs: quantile(sorted, 0.5), earlyMs: quantile(sorted, 0.25) };
}

function isPlausible({ endedAt, durationMs }: Run): boolean {
  return endedAt !== '' && durationMs >= 1 && durationMs <= longestRunMs;
}

/** Without times and a duration that agree, the duration is not a number. */
function toRun({ id, metrics, createdAt = '', updatedAt = '' }: Job): Run {
  const { startedAt, endedAt, durationMs } = metrics?.total ?? {};
  const end = endedAt ?? updatedAt;
  const spanMs = Date.parse(end) - Date.parse(startedAt ?? createdAt);
  if (durationMs === undefined) return { id, endedAt: end, durationMs: spanMs };
  // A job's own times hold its waiting, too: only those of the run can contradict its duration.
  const isMeasured = startedAt !== undefined && endedAt !== undefined;
  return { id, endedAt: end, durationMs: isMeasured ? agree(durationMs, spanMs) : durationMs };
}

/**
 * The duration that Platform gives is one in milliseconds, unless its own times contradict it. A thousandth of what
 * they say is one in seconds; whatever else they do not confirm is not learned from.
 */
function agree(durationMs: number, spanMs: number): number {
  const isNear = (claimedMs: number) => Math.abs(claimedMs - spanMs) <= Math.max(1_000, spanMs / 10);
  if (isNear(durationMs)) return durationMs;
  return durationMs >= 1 && isNear(durationMs * 1000) ? spanMs : Number.NaN;
}

/** Of sorted values; between two of them where none is in that place. Whole milliseconds. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return Math.round(below + (above - below) * (place - Math.floor(place)));
}
