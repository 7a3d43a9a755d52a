import { type NotAuthenticated, TooManyRequests } from '../errors.ts';
import { networkOf } from './network.ts';
import type { Count, RequestCounter } from './request-counter.ts';

/** What an address is told whose credentials were refused: the refusal itself, or to slow down. */
export type JudgeFailure = (
  address: string,
  refusal: NotAuthenticated,
) => NotAuthenticated | TooManyRequests | Promise<NotAuthenticated | TooManyRequests>;

export interface FailureLimitOptions {
  readonly perMinute: number;
  readonly counter: RequestCounter;
}

/**
 * Slows down an address that keeps failing to authenticate. Only failures are counted and only failures are refused:
 * behind one address there may be a gateway with everybody behind it.
 */
export function createFailureLimit({ perMinute, counter }: FailureLimitOptions): JudgeFailure {
  return (address, refusal) => {
    const network = networkOf(address);
    const counted = counter.add(network);
    if (!(counted instanceof Promise)) return judge(network, refusal, counted);
    return counted.then((count) => judge(network, refusal, count));
  };

  function judge(network: string, refusal: NotAuthenticated, { count, endsInMs }: Count) {
    if (count <= perMinute) return refusal;
    const { challenge } = refusal.details;
    return new TooManyRequests(
      `${refusal.detail} Over ${perMinute} requests a minute from this address were not authenticated.`,
      {
        internal: `Over ${perMinute} requests a minute from ${network} were not authenticated; the last one: ${refusal.message}`,
        retryAfterMs: endsInMs,
        // Whose token has just ended behind the same address still has to learn that it needs a new one.
        ...(challenge && { challenge }),
      },
    );
  }
}
