import type { Clock } from '../../observability/clock.ts';
import type { EventStream } from './event-stream.ts';

/** Keeps silent streams alive, all with one timer, which runs only while there are any. */
export interface Heartbeats {
  add(stream: EventStream): void;
}

/** So that streams that were opened at different times are not all written to at once. */
const looksPerBeat = 5;

export function createHeartbeats(heartbeatMs: number, clock: Clock): Heartbeats {
  const streams = new Set<EventStream>();
  const lookMs = Math.ceil(heartbeatMs / looksPerBeat);
  let cancel: (() => void) | undefined;

  function plan(): void {
    cancel = clock.after(lookMs, look, { keepsProcessAlive: false });
  }

  function look(): void {
    // First, so that one stream that cannot be written to keeps no other from its beats.
    plan();
    // Those whose silence would be too long by the next look.
    for (const stream of streams) stream.beat(clock.now() - heartbeatMs + lookMs);
  }

  return {
    add(stream) {
      streams.add(stream);
      if (streams.size === 1) plan();
      stream.onClose(() => {
        streams.delete(stream);
        if (streams.size === 0) cancel?.();
      });
    },
  };
}
