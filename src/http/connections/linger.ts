import type { Duplex } from 'node:stream';
import type { Clock } from '../../observability/clock.ts';

const lingerMs = 1_000;

/**
 * Ends a connection whose caller may still be sending: what comes is read and dropped until the caller ends it too, a
 * second at most. Closed at once, the caller's own system would throw our last answer away for what was still on its
 * way. https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export function linger(connection: Duplex, clock: Clock, last?: string): void {
  const cancel = clock.after(lingerMs, () => connection.destroy(), { keepsProcessAlive: false });
  connection.once('close', cancel);
  connection.end(last);
  connection.resume();
}
