import type { Bench, Running } from '../bench.ts';
import { measureRound } from './measure-round.ts';
import type { RequestPattern } from './request-patterns.ts';

/** Before anything is known of a contestant; more than any of them that forwards. */
const expectedPerSecond = 20_000;

/** A rate that grows by less than this twice in turn has as good as stopped growing; once may be chance. */
const growth = 1.05;
const idleRoundsToEnd = 2;

/**
 * Asks until the rate no longer grows, because V8 compiles what has run often enough: whoever has more code of
 * their own gets there later. Answers with the best rate, in requests a second.
 *
 * @throws when anything did not work
 */
export async function warmUp(bench: Bench, running: Running, pattern: RequestPattern): Promise<number> {
  const { warmSeconds: seconds, mostWarmRounds } = bench.plan;
  let best = 0;
  let idleRounds = 0;
  for (let round = 0; round < mostWarmRounds && idleRounds < idleRoundsToEnd; round += 1) {
    const { perSecond } = await measureRound(bench, running, { pattern, seconds, expectedPerSecond });
    idleRounds = perSecond > best * growth ? 0 : idleRounds + 1;
    best = Math.max(best, perSecond);
  }
  return best;
}
