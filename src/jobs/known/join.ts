import type { Clock } from '../../observability/clock.ts';
import { PlatformTimedOut, RequestAbandoned } from '../../platform/errors.ts';

/** Somebody who waits for a reading: until it is there, until they have gone, or until their own time is up. */
export interface Follower {
  readonly signal?: AbortSignal | undefined;
  readonly waitAtMostMs?: number | undefined;
}

export interface Joined<Value> {
  readonly value: Value;
  /** Whether somebody else had begun it. */
  readonly collapsed: boolean;
}

/** Identical readings under way are one reading. */
export interface Join<Value> {
  /**
   * Waits for the reading of this key that is under way, or begins it with `read`, whose signal is aborted
   * when the last follower has left.
   *
   * @throws what `read` throws; RequestAbandoned, PlatformTimedOut for a follower who leaves
   */
  follow(
    key: string,
    read: (signal: AbortSignal) => Promise<Value>,
    follower: Follower,
  ): Promise<Joined<Value>>;
  isUnderWay(key: string): boolean;
}

interface Flight<Value> {
  readonly outcome: Promise<Value>;
  readonly cutOff: AbortController;
  followers: number;
  hasLanded: boolean;
}

const gone = () => new RequestAbandoned('The caller has gone.');
const late = () => new PlatformTimedOut('Platform did not answer in time.', { cutShort: true });

export function createJoin<Value>(clock: Clock): Join<Value> {
  const flights = new Map<string, Flight<Value>>();

  function begin(key: string, read: (signal: AbortSignal) => Promise<Value>): Flight<Value> {
    const cutOff = new AbortController();
    const flight: Flight<Value> = { outcome: read(cutOff.signal), cutOff, followers: 0, hasLanded: false };
    const land = () => {
      flight.hasLanded = true;
      if (flights.get(key) === flight) flights.delete(key);
    };
    // Also what keeps a failure that nobody waits for any more from being unhandled.
    flight.outcome.then(land, land);
    flights.set(key, flight);
    return flight;
  }

  function leave(key: string, flight: Flight<Value>): void {
    flight.followers -= 1;
    if (flight.followers > 0 || flight.hasLanded) return;
    // Whoever comes now begins anew.
    if (flights.get(key) === flight) flights.delete(key);
    flight.cutOff.abort();
  }

  return {
    isUnderWay: (key) => flights.has(key),
    async follow(key, read, { signal, waitAtMostMs }) {
      if (signal?.aborted) throw gone();
      if (waitAtMostMs !== undefined && waitAtMostMs <= 0) throw late();
      const underWay = flights.get(key);
      const flight = underWay ?? begin(key, read);
      flight.followers += 1;
      const { promise, resolve, reject } = Promise.withResolvers<Value>();
      flight.outcome.then(resolve, reject);
      const onGone = () => reject(gone());
      const onLate = () => reject(late());
      const cancel = waitAtMostMs === undefined ? undefined : clock.after(waitAtMostMs, onLate);
      signal?.addEventListener('abort', onGone, { once: true });
      try {
        return { value: await promise, collapsed: underWay !== undefined };
      } finally {
        cancel?.();
        signal?.removeEventListener('abort', onGone);
        leave(key, flight);
      }
    },
  };
}
