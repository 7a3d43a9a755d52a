import type { Bench } from '../bench.ts';
import { keyedCreates, keyedCreatesInMemory, unkeyedCreates } from '../contestants.ts';
import type { Row } from '../row.ts';
import { toCreateRows, workload } from './create-rows.ts';
import { inTurn } from './in-turn.ts';
import { type CreateRound, checkCreate, measureCreates } from './measure-creates.ts';
import { startAll, stopAll } from './start-all.ts';

/** What it costs that a create happens once. */
export async function runCreate(bench: Bench): Promise<Row[]> {
  bench.say(workload);
  const { rounds, createSeconds, warmRounds, warmSeconds } = bench.plan;
  const { running, failures } = await startAll(bench, [keyedCreates, unkeyedCreates, keyedCreatesInMemory]);
  const showings = running.map((one) => ({
    running: one,
    withKeys: one.contestant !== unkeyedCreates,
    rounds: [] as CreateRound[],
    failure: '',
  }));
  try {
    await inTurn(showings, async ({ running: one, withKeys }) => {
      await checkCreate(bench, one, withKeys);
      for (let round = 0; round < warmRounds; round += 1) {
        await measureCreates(bench, one, { withKeys, seconds: warmSeconds });
      }
    });
    for (let round = 0; round < rounds; round += 1) {
      await inTurn(showings, async (showing) => {
        const { running: one, withKeys } = showing;
        showing.rounds.push(await measureCreates(bench, one, { withKeys, seconds: createSeconds }));
      });
    }
    return [...toCreateRows(showings), ...failures.map((failure) => ({ workload, figures: [], ...failure }))];
  } finally {
    await stopAll(running);
  }
}
