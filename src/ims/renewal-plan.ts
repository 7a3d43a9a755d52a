import type { Clock } from '../observability/clock.ts';
import type { AccessToken } from './access-token.ts';

export interface RenewalPlanOptions {
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** Renews in the background and never throws. */
  readonly renew: () => Promise<void>;
}

/** When a token is renewed: before it expires, once, and only while it is used. */
export interface RenewalPlan {
  /** A caller has used the token. */
  use(): void;
  /** This token is the one in use. */
  watch(token: AccessToken): void;
  /** After a renewal that failed: tries again in `delayMs` or the smallest delay, and says in how long. */
  again(delayMs: number): number;
  /** Takes the timer back, for good. */
  close(): void;
}

/** At 80 % of its life, and up to 5 % earlier at random, because many processes may have started at the same time. */
const renewAtShare = 0.8;
const jitterShare = 0.05;

/** However short a life or a cool-down is, renewing never becomes a loop. */
const smallestDelayMs = 1_000;

/** The longest delay of a Node timer; one that fires too early is set again. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * An idle service does not renew: if no token was used since the last attempt when the timer fires, nothing happens,
 * and the next use starts the renewal that is then overdue. A service that becomes idle renews once and no more.
 */
export function createRenewalPlan({ clock, random, renew }: RenewalPlanOptions): RenewalPlan {
  let planned: { readonly token: AccessToken; readonly atMs: number } | undefined;
  let cancel: (() => void) | undefined;
  let isUsed = false;
  let isRenewing = false;
  let isClosed = false;

  function ringIn(delayMs: number): number {
    cancel?.();
    const inMs = Math.min(Math.max(delayMs, smallestDelayMs), longestTimerMs);
    // A renewal alone must not keep the process alive.
    if (!isClosed) cancel = clock.after(inMs, ring, { keepsProcessAlive: false });
    return inMs;
  }

  function ring(): void {
    cancel = undefined;
    if (planned && planned.token.expiresAtMs > clock.now() && planned.atMs > clock.now()) {
      ringIn(planned.atMs - clock.now());
    } else if (isUsed) start();
  }

  function start(): void {
    isUsed = false;
    isRenewing = true;
    void renew().finally(() => {
      isRenewing = false;
    });
  }

  // Compared by its time too: IMS may answer a renewal with the same token, which must not stay due for ever.
  const isPlanned = ({ value, issuedAtMs }: AccessToken) =>
    planned?.token.issuedAtMs === issuedAtMs && planned.token.value.equals(value);

  return {
    use() {
      isUsed = true;
    },
    watch(token) {
      if (isClosed) return;
      if (!isPlanned(token)) {
        const share = renewAtShare - jitterShare * random();
        const atMs = token.issuedAtMs + (token.expiresAtMs - token.issuedAtMs) * share;
        planned = { token, atMs };
        ringIn(atMs - clock.now());
      } else if (!cancel && !isRenewing && planned && planned.atMs <= clock.now()) start();
    },
    again: ringIn,
    close() {
      isClosed = true;
      cancel?.();
      cancel = undefined;
    },
  };
}
