/** What upstream was asked since the last reset. */
export interface CallCounts {
  readonly exchanges: number;
  /** Reads of one job, and of lists. */
  readonly reads: number;
  /** Jobs that were started. */
  readonly creates: number;
  /** So many different jobs or pages were asked for. */
  readonly different: number;
  /** The calls of the job that was asked for the most often, for each second between its first and its last. */
  readonly mostPerSecond: number;
}

export interface CallBook {
  noteExchange(): void;
  /** `what` names a job or a page. */
  noteRead(what: string): void;
  noteCreate(): void;
  counts(): CallCounts;
  reset(): void;
}

interface Calls {
  count: number;
  firstMs: number;
  lastMs: number;
}

export function createCallBook(now: () => number = () => performance.now()): CallBook {
  const calls = new Map<string, Calls>();
  let exchanges = 0;
  let reads = 0;
  let creates = 0;

  return {
    noteExchange() {
      exchanges += 1;
    },
    noteRead(what) {
      reads += 1;
      const lastMs = now();
      const known = calls.get(what);
      if (known) {
        known.count += 1;
        known.lastMs = lastMs;
      } else calls.set(what, { count: 1, firstMs: lastMs, lastMs });
    },
    noteCreate() {
      creates += 1;
    },
    counts() {
      const mostPerSecond = [...calls.values()].reduce((most, one) => Math.max(most, perSecond(one)), 0);
      return { exchanges, reads, creates, different: calls.size, mostPerSecond };
    },
    reset() {
      calls.clear();
      [exchanges, reads, creates] = [0, 0, 0];
    },
  };
}

/** Intervals, not calls: two calls a second apart are one a second. */
function perSecond({ count, firstMs, lastMs }: Calls): number {
  return lastMs > firstMs ? ((count - 1) * 1000) / (lastMs - firstMs) : 0;
}
