import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * How many requests of one connection are served at once, besides the first. Node reads all that came in one packet before it looks
 * whether their answers are taken: a thousand lists would be made, and kept, for a caller that reads none.
 */
const mostAtOnce = 10;

interface Turns {
  underWay: number;
  readonly waiting: (() => void)[];
}

/** Begins what a caller has sent behind other requests (RFC 9112, 9.3.2) when enough of those are answered. */
export function createTurns(): (connection: Duplex, response: ServerResponse, begin: () => void) => void {
  const turns = new WeakMap<Duplex, Turns>();

  return (connection, response, begin) => {
    const own = turns.get(connection) ?? { underWay: 0, waiting: [] };
    turns.set(connection, own);
    const take = () => {
      own.underWay += 1;
      response.once('close', () => {
        own.underWay -= 1;
        if (!connection.destroyed) own.waiting.shift()?.();
      });
      begin();
    };
    if (own.underWay < mostAtOnce) take();
    else own.waiting.push(take);
  };
}
