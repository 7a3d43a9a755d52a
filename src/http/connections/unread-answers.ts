import type { Socket } from 'node:net';
import type { AnyServer, Connections } from './connections.ts';

/**
 * Closes connections whose callers do not read their answers: what the system does not take of an answer is kept in
 * memory, and Node by itself keeps it for ever. Time begins again whenever the caller has read something.
 */
export function limitUnreadAnswers(
  server: AnyServer,
  connections: Connections,
  { unreadMs, lookMs }: { unreadMs: number; lookMs: number },
): void {
  const limited = new WeakSet<Socket>();

  function look(): void {
    for (const connection of connections.all()) {
      const isUnread = connection.writableLength > 0;
      if (isUnread === limited.has(connection)) continue;
      if (isUnread) limited.add(connection);
      else limited.delete(connection);
      // Node's own time-out, which sees what is written: it closes a connection that nothing else ends by then.
      // A stream of events whose caller reads again may be silent; between two requests Node sets one of its own.
      if (isUnread) connection.setTimeout(unreadMs);
      else if (connections.underWay(connection).length > 0) connection.setTimeout(0);
    }
  }

  // Looked at now and then, because nearly every answer is gone as soon as it is written.
  const timer = setInterval(look, lookMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}
