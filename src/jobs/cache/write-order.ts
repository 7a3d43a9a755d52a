import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';

/**
 * The order of all reads and of the writes that this process makes: a read that began before such a write ended may
 * not include it, so its answer must not be served afterwards. Numbers and not times, because both can happen in the
 * same millisecond.
 */
export interface WriteOrder {
  /** The place of a read that begins now. */
  next(): number;
  /** Records that a create or a cancel has ended: it affects all lists of the sandbox, and the job if it names one. */
  recordWrite(sandbox: string, id?: string): void;
  /** The place of the last write in a sandbox; 0 if there was none. */
  lastListWrite(sandbox: string): number;
  /** The place of the last write that named this job; 0 if there was none. */
  lastJobWrite(sandbox: string, id: string): number;
}

/** Longer than any read takes. */
const longestReadMs = 10 * 60 * 1000;
const mostJobs = 100_000;

/** `servedForMs` is for how long an entry may be served, fresh or stale. */
export function createWriteOrder(clock: Clock, servedForMs: number): WriteOrder {
  const keptForMs = servedForMs + longestReadMs;
  const jobWrites = createBoundedCache<number>({ maxEntries: mostJobs, clock });
  const listWrites = new Map<string, number>();
  let count = 0;

  return {
    next: () => ++count,
    recordWrite(sandbox, id) {
      count += 1;
      listWrites.set(sandbox, count);
      if (id !== undefined) jobWrites.set(`${sandbox}/${id}`, count, keptForMs);
    },
    lastListWrite: (sandbox) => listWrites.get(sandbox) ?? 0,
    // Without any write in the sandbox, which is the usual case, nothing has to be looked up.
    lastJobWrite: (sandbox, id) => (listWrites.has(sandbox) ? (jobWrites.get(`${sandbox}/${id}`) ?? 0) : 0),
  };
}
