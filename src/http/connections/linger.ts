import type { Duplex } from 'node:stream';
import type { Clock } from '../../observability/clock.ts';

const lingerMs = 2_000;

/**
 * Closes a connection in stages (RFC 9112, 9.6): our side at once, the other one when the caller has closed it, or
 * after a bounded time. What still comes is read and dropped: closed with unread bytes, TCP resets the connection, and
 * the caller may lose our last answer.
 */
export function linger(connection: Duplex, clock: Clock, last?: string): void {
  const cancel = clock.after(lingerMs, () => connection.destroy(), { keepsProcessAlive: false });
  connection.once('close', cancel);
  connection.end(last);
  connection.resume();
}
