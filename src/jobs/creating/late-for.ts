import type { Clock } from '../../observability/clock.ts';
import type { Sending } from './sending.ts';

/** For how long a create that got no answer may still be carried out, in milliseconds; 0 or less when that is over. */
export type LateFor = (sent: Sending) => number;

/** @param lateMs how long after it was sent Platform may still carry a create out */
export function createLateFor(lateMs: number, clock: Clock): LateFor {
  const beganAtMs = clock.now();
  return ({ sentAtMs, sentAtNowMs }) => {
    if (sentAtNowMs !== undefined) return lateMs - (clock.now() - sentAtNowMs);
    // Another process has sent it. Where the wall clock was set forward since, only the time that this one runs is sure.
    return lateMs - Math.min(clock.wallNow() - sentAtMs, clock.now() - beganAtMs);
  };
}
