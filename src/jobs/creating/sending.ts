import type { Clock } from '../../observability/clock.ts';

/** When a create was sent: by the wall clock, and by `Clock.now()` where this process has sent it. */
export interface Sending {
  readonly sentAtMs: number;
  readonly sentAtNowMs?: number;
}

export function sendingNow(clock: Clock): Sending {
  return { sentAtMs: clock.wallNow(), sentAtNowMs: clock.now() };
}
