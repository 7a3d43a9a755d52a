import type { Running } from '../bench.ts';
import { toText } from './start-all.ts';

/** What is known of a contestant between its turns. */
interface TakesTurns {
  readonly running: Pick<Running, 'complaint'>;
  /** Empty when everything worked. */
  failure: string;
}

/** One after the other, so that each has the machine for itself. Whoever has failed once is left out from then on. */
export async function inTurn<One extends TakesTurns>(
  all: readonly One[],
  turn: (one: One) => Promise<void>,
): Promise<void> {
  for (const one of all.filter(({ failure }) => failure === '')) {
    await turn(one).catch((error: unknown) => {
      one.failure = [toText(error), one.running.complaint()].filter(Boolean).join('; ');
    });
  }
}
