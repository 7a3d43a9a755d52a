import type { Bench, Running } from '../bench.ts';
import { measureRound } from './measure-round.ts';
import type { RequestPattern } from './request-patterns.ts';

/** Before anything is known of a contestant; more than any of them that forwards. */
const expectedPerSecond = 20_000;

/**
 * Asks for as long of everybody, because V8 compiles what has run often enough: whoever has more code of their own gets
 * there later, and until then compiles on the core that also answers. It does not end where the rate stops growing: on
 * a machine that others use too, two rounds that do not grow are chance, and the rest of the warming up was measured.
 * Answers with the best rate, in requests a second.
 *
 * @throws when anything did not work
 */
export async function warmUp(bench: Bench, running: Running, pattern: RequestPattern): Promise<number> {
  const { warmSeconds: seconds, warmRounds } = bench.plan;
  let best = 0;
  for (let round = 0; round < warmRounds; round += 1) {
    const { perSecond } = await measureRound(bench, running, { pattern, seconds, expectedPerSecond });
    best = Math.max(best, perSecond);
  }
  return best;
}
