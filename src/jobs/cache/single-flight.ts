import type { Clock } from '../../observability/clock.ts';
import { callerGone, PlatformTimedOut } from '../../platform/errors.ts';

/** A request that waits for a read: until it is there, until the caller has gone, or until its own time is up. */
export interface Waiter {
  readonly signal?: AbortSignal | undefined;
  readonly waitAtMostMs?: number | undefined;
}

export interface SharedResult<Value> {
  readonly value: Value;
  /** Whether another request had already begun the read. */
  readonly coalesced: boolean;
}

/** Identical reads at the same time become one. */
export interface SingleFlight<Value> {
  /**
   * Waits for the read of this key that is under way, or begins it with `read`. The signal that `read` gets is
   * aborted when the last waiter has left.
   *
   * @throws what `read` throws; RequestAbandoned or PlatformTimedOut for a waiter that leaves
   */
  run(
    key: string,
    read: (signal: AbortSignal) => Promise<Value>,
    waiter: Waiter,
  ): Promise<SharedResult<Value>>;
  isUnderWay(key: string): boolean;
}

interface Flight<Value> {
  readonly result: Promise<Value>;
  readonly abort: AbortController;
  waiters: number;
  hasEnded: boolean;
}

const timedOut = () => new PlatformTimedOut('Platform did not answer in time.', { cutShort: true });

export function createSingleFlight<Value>(clock: Clock): SingleFlight<Value> {
  const flights = new Map<string, Flight<Value>>();

  function begin(key: string, read: (signal: AbortSignal) => Promise<Value>): Flight<Value> {
    const abort = new AbortController();
    const flight: Flight<Value> = { result: read(abort.signal), abort, waiters: 0, hasEnded: false };
    const end = () => {
      flight.hasEnded = true;
      if (flights.get(key) === flight) flights.delete(key);
    };
    // This also handles a failure for which nobody waits any more.
    flight.result.then(end, end);
    flights.set(key, flight);
    return flight;
  }

  function leave(key: string, flight: Flight<Value>): void {
    flight.waiters -= 1;
    if (flight.waiters > 0 || flight.hasEnded) return;
    // The next request begins a new read instead of waiting for an aborted one.
    if (flights.get(key) === flight) flights.delete(key);
    flight.abort.abort();
  }

  return {
    isUnderWay: (key) => flights.has(key),
    async run(key, read, { signal, waitAtMostMs }) {
      if (signal?.aborted) throw callerGone();
      if (waitAtMostMs !== undefined && waitAtMostMs <= 0) throw timedOut();
      const underWay = flights.get(key);
      const flight = underWay ?? begin(key, read);
      flight.waiters += 1;
      const { promise, resolve, reject } = Promise.withResolvers<Value>();
      flight.result.then(resolve, reject);
      const onGone = () => reject(callerGone());
      const onTimeUp = () => reject(timedOut());
      const cancelTimer = waitAtMostMs === undefined ? undefined : clock.after(waitAtMostMs, onTimeUp);
      signal?.addEventListener('abort', onGone, { once: true });
      try {
        return { value: await promise, coalesced: underWay !== undefined };
      } finally {
        cancelTimer?.();
        signal?.removeEventListener('abort', onGone);
        leave(key, flight);
      }
    },
  };
}
