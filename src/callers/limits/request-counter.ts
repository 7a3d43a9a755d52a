import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';

export interface Count {
  /** How many there were in the minute of this key, this one included. */
  readonly count: number;
  /** When that minute is over, from now. */
  readonly endsInMs: number;
}

/**
 * Counts what happens, for each key apart. The minute of a key begins with the first one that is counted, and no further
 * one prolongs it. This is all that a store has to do for limits; one that is asked over the network answers later.
 */
export interface RequestCounter {
  /** Never rejects: a limit that cannot be counted must not refuse anybody. */
  add(key: string): Count | Promise<Count>;
}

export interface RequestCounterOptions {
  /** How many keys are remembered; past them, the one that was counted least recently begins anew. */
  readonly mostKeys: number;
  readonly clock: Clock;
}

interface Minute {
  count: number;
  readonly endsAtMs: number;
}

const minuteMs = 60_000;

/** Room for the names in tokens and certificates, which may be long; usual ones are a tenth of that. */
const mostBytesOfKey = 500;

/** Counts in this process, and answers at once. Without timers, and bounded: decision 0020 says why of our own. */
export function createRequestCounter({ mostKeys, clock }: RequestCounterOptions) {
  const minutes = createBoundedCache<Minute>({
    maxEntries: mostKeys,
    maxBytes: mostKeys * mostBytesOfKey,
    sizeOf: (_minute, key) => 2 * key.length + 100,
    clock,
  });
  return {
    add(key: string): Count {
      const nowMs = clock.now();
      const open = minutes.get(key);
      if (open === undefined) {
        minutes.set(key, { count: 1, endsAtMs: nowMs + minuteMs }, minuteMs);
        return { count: 1, endsInMs: minuteMs };
      }
      // In place: an entry that is set again would live for another minute.
      open.count += 1;
      return { count: open.count, endsInMs: open.endsAtMs - nowMs };
    },
  } satisfies RequestCounter;
}
