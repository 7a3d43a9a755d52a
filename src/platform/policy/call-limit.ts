import { bulkhead, TaskCancelledError } from 'cockatiel';
import { TooManyCalls } from '../errors.ts';

export interface CallLimitOptions {
  /** The most calls under way at once. */
  readonly concurrentCalls: number;
  /** The most that wait for their turn. */
  readonly queuedCalls: number;
}

/** Runs `call` when it is its turn, or not at all once the signal is aborted that `untilWhen` makes for a wait. */
export type CallLimit = <Value>(call: () => Promise<Value>, untilWhen: () => AbortSignal) => Promise<Value>;

/** How long to hold back from a service that has its hands full: about as long as it takes to work off a queue. */
const retryAfterMs = 2_000;

const refusal = () => new TooManyCalls('This service has more to do than it can.', { retryAfterMs });

/**
 * A limit on concurrent calls, cockatiel's bulkhead, with a queue: a burst is served, one after the other.
 *
 * @throws TooManyCalls when the queue is full, or the signal came while waiting: nothing was sent
 */
export function createCallLimit({ concurrentCalls, queuedCalls }: CallLimitOptions): CallLimit {
  // cockatiel keeps the place of a waiter who has gone until it is its turn, so who waits is counted here.
  const limit = bulkhead(concurrentCalls, Number.POSITIVE_INFINITY);
  let waiting = 0;

  return async (call, untilWhen) => {
    if (limit.executionSlots > 0) return limit.execute(call);
    const signal = untilWhen();
    if (signal.aborted || waiting >= queuedCalls) throw refusal();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    waiting += 1;
    let isWaiting = true;
    const stopWaiting = () => {
      if (isWaiting) waiting -= 1;
      isWaiting = false;
    };
    // A call under way sees the signal itself.
    const onAbort = () => isWaiting && reject(refusal());
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const turn = limit.execute(() => {
        stopWaiting();
        return call();
      }, signal);
      return await Promise.race([turn, aborted]);
    } catch (error) {
      throw error instanceof TaskCancelledError ? refusal() : error;
    } finally {
      stopWaiting();
      signal.removeEventListener('abort', onAbort);
    }
  };
}
