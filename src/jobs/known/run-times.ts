import type { Clock } from '../../observability/clock.ts';
import { createBoundedMemory } from '../../store/bounded-memory.ts';
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
  readonly endedAtMs: number;
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
  const learned = createBoundedMemory<Learned>({ maxEntries: mostViews, clock });
  const everything = '?';

  return {
    learn(view, job) {
      const run = toRun(job);
      if (run === undefined) return;
      const key = keyOf(view, everything);
      const known = learned.get(key)?.runs ?? [];
      const isTooOld = known.length === mostRuns && run.endedAtMs <= (known[0]?.endedAtMs ?? 0);
      if (isTooOld || known.some(({ id }) => id === run.id)) return;
      const byEnd = [...known, run].sort((one, other) => one.endedAtMs - other.endedAtMs);
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

function toRun({ id, status, metrics, createdAt, updatedAt }: Job): Run | undefined {
  if (status !== 'SUCCEEDED') return undefined;
  const endedAtMs = Date.parse(metrics?.total?.endedAt ?? updatedAt ?? '');
  const startedAtMs = Date.parse(metrics?.total?.startedAt ?? createdAt ?? '');
  const durationMs = metrics?.total?.durationMs ?? endedAtMs - startedAtMs;
  const isPlausible = durationMs >= 1 && durationMs <= longestRunMs;
  return Number.isFinite(endedAtMs) && isPlausible ? { id, endedAtMs, durationMs } : undefined;
}

/** Of sorted values; between two of them where none is in that place. Whole milliseconds. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return Math.round(below + (above - below) * (place - Math.floor(place)));
}
