import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';

/**
 * What this service itself has changed, and when among all its readings: a reading that began before such a
 * change has ended may not know of it. Numbers and not times, because both can happen in one millisecond.
 */
export interface WriteMarks {
  /** The place of a reading that begins now. */
  next(): number;
  /** Marks what a create or a cancel in `sandbox` touches: all lists, and the job that it names. */
  mark(sandbox: string, id?: string): void;
  /** The place of the last change of a sandbox's lists; 0 for none. */
  ofLists(sandbox: string): number;
  ofJob(sandbox: string, id: string): number;
}

/** Longer than any reading takes. */
const longestReadingMs = 10 * 60 * 1000;
const mostMarks = 100_000;

/** `usedForMs` is for how long a reading may be used, fresh or standing in. */
export function createWriteMarks(clock: Clock, usedForMs: number): WriteMarks {
  const keptForMs = usedForMs + longestReadingMs;
  const jobs = createBoundedCache<number>({ maxEntries: mostMarks, clock });
  const lists = new Map<string, number>();
  let count = 0;

  return {
    next: () => ++count,
    mark(sandbox, id) {
      count += 1;
      lists.set(sandbox, count);
      if (id !== undefined) jobs.set(`${sandbox}/${id}`, count, keptForMs);
    },
    ofLists: (sandbox) => lists.get(sandbox) ?? 0,
    // Where nothing was ever changed, as in most processes most of the time, nothing is looked up.
    ofJob: (sandbox, id) => (lists.has(sandbox) ? (jobs.get(`${sandbox}/${id}`) ?? 0) : 0),
  };
}
