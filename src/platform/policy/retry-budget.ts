/** How many retries the traffic can bear. */
export interface RetryBudget {
  /** For each request, once. */
  deposit(): void;
  /** Whether one more retry is allowed; if so, it is spent. */
  withdraw(): boolean;
}

/** Enough for the retries of a service that has just started or is hardly used. */
const mostSaved = 10;

/**
 * Retries are a fifth of the traffic at most: when everything fails, upstream gets 1.2 times the calls and not
 * three times. cockatiel's retry has no such thing, https://sre.google/sre-book/handling-overload/ says why.
 */
export function createRetryBudget(share = 0.2): RetryBudget {
  let saved = mostSaved;
  return {
    deposit() {
      saved = Math.min(mostSaved, saved + share);
    },
    withdraw() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
