import type { Clock } from '../observability/clock.ts';
import type { AccessToken } from './access-token.ts';

export interface RenewalPlanOptions {
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** Renews in the background and never throws. */
  readonly renew: () => Promise<void>;
}

/** When a token is renewed: ahead of its end, once, and only where somebody uses it. */
export interface RenewalPlan {
  /** Somebody asked for a token. */
  use(): void;
  /** This token is the one in use. */
  watch(token: AccessToken): void;
  /** After a renewal that failed: tries again in `delayMs` or the smallest delay, and says in how long. */
  again(delayMs: number): number;
  /** Takes the timer back, for good. */
  close(): void;
}

/** At 80 % of its life at the latest, and up to 5 % of it earlier by chance: processes start in step. */
const renewAtShare = 0.8;
const jitterShare = 0.05;

/** However short a life or a cool-down is, renewing never becomes a loop. */
const smallestDelayMs = 1_000;

/** A delay that a timer can hold; one that rings early finds nothing due and is set again. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * An idle service has nothing to renew for: when the timer rings and nobody has asked since the last
 * attempt, nothing happens, and the next one who asks sets off the renewal that is then overdue. So a service
 * that falls idle costs one renewal and no more.
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
    // Nobody waits for a renewal, so it must not keep a process alive that has nothing else to do.
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

  // By the moment too: IMS may answer a renewal with the same token, which must not be due for ever.
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
