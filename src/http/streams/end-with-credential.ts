import type { Caller } from '../../callers/caller.ts';
import type { Clock } from '../../observability/clock.ts';
import type { EventStream } from './event-stream.ts';

/** How long a stream may outlive the entry of its caller in the operator's list. */
const listedCheckMs = 5_000;

/** A timer cannot be much longer than some days, and the wall clock may be set meanwhile. */
const longestCheckMs = 60 * 60 * 1000;

/**
 * Ends a stream when its caller's credential ends, or the operator takes it out of the list or changes what it may do:
 * who is refused everywhere else must not go on seeing a job. The event says where to resume with a new credential.
 */
export function endWithCredential(stream: EventStream, caller: Caller, clock: Clock): void {
  const { expiresAtMs = Number.POSITIVE_INFINITY, isCurrent } = caller;
  if (expiresAtMs === Number.POSITIVE_INFINITY && isCurrent === undefined) return;
  let cancel = () => {};
  stream.onClose(() => cancel());
  check();

  function check(): void {
    const leftMs = expiresAtMs - clock.wallNow();
    if (leftMs <= 0 || isCurrent?.() === false) {
      stream.send([{ event: 'expired', data: JSON.stringify({ lastEventId: stream.lastId() ?? null }) }]);
      stream.end();
      return;
    }
    const mostMs = isCurrent === undefined ? longestCheckMs : listedCheckMs;
    cancel = clock.after(Math.min(leftMs, mostMs), check, { keepsProcessAlive: false });
  }
}
