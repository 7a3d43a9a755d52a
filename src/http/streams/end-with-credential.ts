import type { Caller } from '../../callers/caller.ts';
import type { Clock } from '../../observability/clock.ts';
import type { EventStream } from './event-stream.ts';

/**
 * Ends a stream when the caller's credential ends: a token that is refused to everybody else must not go on showing
 * jobs. The event says where to resume with a new credential.
 */
export function endWithCredential(stream: EventStream, { expiresAtMs }: Caller, clock: Clock): void {
  if (expiresAtMs === undefined) return;
  let cancel = () => {};
  stream.onClose(() => cancel());
  check(expiresAtMs);

  function check(atMs: number): void {
    const leftMs = atMs - clock.wallNow();
    if (leftMs <= 0) {
      stream.send([{ event: 'expired', data: JSON.stringify({ lastEventId: stream.lastId() ?? null }) }]);
      stream.end();
      return;
    }
    // A timer cannot be longer, and the wall clock may be set meanwhile.
    cancel = clock.after(Math.min(leftMs, longestCheckMs), () => check(atMs), { keepsProcessAlive: false });
  }
}

const longestCheckMs = 60 * 60 * 1000;
