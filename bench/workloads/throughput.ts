import type { Bench, Running } from '../bench.ts';
import {
  type Contestant,
  forwarding,
  fromMemory,
  nginx,
  service,
  serviceWithCallers,
} from '../contestants.ts';
import type { Row } from '../row.ts';
import { inTurn } from './in-turn.ts';
import { measureRound, type Round } from './measure-round.ts';
import { checkAnswer, patterns, type ThroughputWorkload } from './request-patterns.ts';
import { startAll, stopAll } from './start-all.ts';
import { type Showing, toRows } from './throughput-rows.ts';
import { warmUp } from './warm-up.ts';

/** *known*, *fresh* and *list*: how many requests a second each contestant answers on its one core. */
export async function runThroughput(bench: Bench, chosen: readonly ThroughputWorkload[]): Promise<Row[]> {
  const all = [
    service,
    serviceWithCallers,
    ...fromMemory,
    ...nginx(bench.machine, bench.folder),
    ...forwarding,
  ];
  const takesPart = (contestant: Contestant, workload: ThroughputWorkload) =>
    workload === 'known' || (contestant.forwardsAll !== false && contestant !== serviceWithCallers);
  const wanted = all.filter((one) => chosen.some((workload) => takesPart(one, workload)));
  const { running, failures } = await startAll(bench, wanted);
  try {
    const rows: Row[] = [];
    for (const workload of chosen) {
      bench.say(workload);
      const here = running.filter(({ contestant }) => takesPart(contestant, workload));
      rows.push(...toRows(workload, await compare(bench, workload, here)));
      rows.push(...failures.map((failure) => ({ workload, figures: [], ...failure })));
    }
    return rows;
  } finally {
    await stopAll(running);
  }
}

async function compare(
  bench: Bench,
  workload: ThroughputWorkload,
  running: readonly Running[],
): Promise<Showing[]> {
  const { plan, ids } = bench;
  const pattern = patterns[workload];
  const showings = running.map((one) => ({
    running: one,
    rounds: [] as Round[],
    failure: '',
    expectedPerSecond: 0,
  }));

  await inTurn(showings, async (showing) => {
    await checkAnswer(showing.running, pattern, pattern.numbers?.firstId ?? ids.take(1));
    showing.expectedPerSecond = await warmUp(bench, showing.running, pattern);
  });
  for (let round = 0; round < plan.rounds; round += 1) {
    await inTurn(showings, async ({ running: one, rounds, expectedPerSecond }) => {
      rounds.push(await measureRound(bench, one, { pattern, seconds: plan.roundSeconds, expectedPerSecond }));
    });
  }
  return showings;
}
