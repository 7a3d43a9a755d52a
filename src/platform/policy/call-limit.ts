import { BulkheadRejectedError, bulkhead, TaskCancelledError } from 'cockatiel';
import { TooManyCalls } from '../errors.ts';

export interface CallLimitOptions {
  /** The most calls under way at once. */
  readonly concurrentCalls: number;
  /** The most that wait for their turn. */
  readonly queuedCalls: number;
}

/** Runs `call` when it is its turn, or not at all once `signal` is aborted. */
export type CallLimit = <Value>(call: () => Promise<Value>, signal: AbortSignal) => Promise<Value>;

/** How long to hold back from a service that has its hands full: about as long as it takes to work off a queue. */
const retryAfterMs = 2_000;

/**
 * A limit on concurrent calls, cockatiel's bulkhead, with a queue: a burst is served, one after the other.
 *
 * @throws TooManyCalls when the queue is full, or the deadline came while waiting: nothing was sent
 */
export function createCallLimit({ concurrentCalls, queuedCalls }: CallLimitOptions): CallLimit {
  const limit = bulkhead(concurrentCalls, queuedCalls);

  return async (call, signal) => {
    // cockatiel looks at the signal only when it is the call's turn; whoever waits must not wait for that.
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    let begun = false;
    const onAbort = () => begun || reject(new TaskCancelledError());
    signal.addEventListener('abort', onAbort);
    try {
      const turn = limit.execute(() => {
        begun = true;
        return call();
      }, signal);
      return await Promise.race([turn, aborted]);
    } catch (error) {
      if (error instanceof BulkheadRejectedError || error instanceof TaskCancelledError) {
        throw new TooManyCalls('This service has more to do than it can.', { retryAfterMs });
      }
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}
