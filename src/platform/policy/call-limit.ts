import PQueue from 'p-queue';
import { TooManyCalls } from '../errors.ts';

export interface CallLimitOptions {
  /** The most calls under way at once. */
  readonly concurrentCalls: number;
  /** The most that wait for their turn. */
  readonly queuedCalls: number;
}

/**
 * Runs `call` when it is its turn. `untilWhen` is called only if it has to wait, and makes the signal that ends the wait:
 * once that is aborted, the call is not begun.
 */
export type CallLimit = <Value>(call: () => Promise<Value>, untilWhen: () => AbortSignal) => Promise<Value>;

/** How long a refused caller should wait: about as long as it takes to work off a full queue. */
const retryAfterMs = 2_000;

const refusal = () => new TooManyCalls('This service has more to do than it can.', { retryAfterMs });

/**
 * A limit on concurrent calls with a queue, so that a burst is served, one call after the other.
 *
 * @throws TooManyCalls when the queue is full, or the signal was aborted while waiting: nothing was sent
 */
export function createCallLimit({ concurrentCalls, queuedCalls }: CallLimitOptions): CallLimit {
  const queue = new PQueue({ concurrency: concurrentCalls });

  return async (call, untilWhen) => {
    if (queue.pending < concurrentCalls) return queue.add(call);
    if (queue.size >= queuedCalls) throw refusal();
    const signal = untilWhen();
    const waiting = new AbortController();
    const stopWaiting = () => waiting.abort(refusal());
    if (signal.aborted) stopWaiting();
    else signal.addEventListener('abort', stopWaiting, { once: true });
    const begin = () => {
      // p-queue would give up a call under way, too, and free its place; a call ends by itself.
      signal.removeEventListener('abort', stopWaiting);
      return call();
    };
    try {
      return await queue.add(begin, { signal: waiting.signal });
    } finally {
      signal.removeEventListener('abort', stopWaiting);
    }
  };
}
