import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../../observability/log.ts';

/**
 * How many requests of one connection are served at once, besides the first. Node reads all that came in one packet before
 * it looks whether their answers are taken: a thousand lists would be made, and kept, for a caller that reads none.
 */
const mostAtOnce = 10;

/** How many may wait behind them on one connection, and on all: each takes some 6 kB, whoever has sent it. */
const mostWaiting = 100;
const mostWaitingInAll = 10_000;

interface Turns {
  underWay: number;
  readonly waiting: (() => void)[];
}

/**
 * Begins what a caller has sent behind other requests (RFC 9112, 9.3.2) when enough of those are answered. A connection
 * with too many of them is closed: nothing has been done for what waits, so it can be sent again.
 */
export function createTurns(
  log: Log,
): (connection: Duplex, response: ServerResponse, begin: () => void) => void {
  const turns = new WeakMap<Duplex, Turns>();
  let waitingInAll = 0;

  function turnsOf(connection: Duplex): Turns {
    const known = turns.get(connection);
    if (known !== undefined) return known;
    const own: Turns = { underWay: 0, waiting: [] };
    turns.set(connection, own);
    connection.once('close', () => {
      waitingInAll -= own.waiting.length;
      own.waiting.length = 0;
    });
    return own;
  }

  return (connection, response, begin) => {
    const own = turnsOf(connection);
    const take = () => {
      own.underWay += 1;
      response.once('close', () => {
        own.underWay -= 1;
        const next = connection.destroyed ? undefined : own.waiting.shift();
        if (next === undefined) return;
        waitingInAll -= 1;
        next();
      });
      begin();
    };
    if (own.underWay < mostAtOnce) return take();
    if (own.waiting.length < mostWaiting && waitingInAll < mostWaitingInAll) {
      own.waiting.push(take);
      waitingInAll += 1;
      return;
    }
    log.warn(
      { waiting: own.waiting.length },
      'A connection with too many requests behind each other is closed',
    );
    connection.destroy();
  };
}
