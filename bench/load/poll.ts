import { Agent } from 'node:http';
import { type Answer, ask } from './ask.ts';
import type { LoadResult, PollJob } from './job.ts';
import { tally } from './tally.ts';

/**
 * Callers that come back every second. Not autocannon, which would send all of them in the same
 * millisecond: people do not poll in step, and the last of a thousand at once would be what p99 tells.
 */
export async function poll({ url, paths, callers, seconds }: PollJob): Promise<LoadResult> {
  const agents = Array.from({ length: callers }, () => ({
    agent: new Agent({ keepAlive: true, maxSockets: 1 }),
  }));
  const pathOf = (turn: number) => paths[turn % paths.length] ?? '';
  const send = (turn: number) => ask(url + pathOf(turn), agents[turn % callers]);
  const paced = async (turns: number): Promise<PromiseSettledResult<Answer>[]> => {
    const begunMs = performance.now();
    const answers: Promise<Answer>[] = [];
    while (answers.length < turns) {
      const due = Math.min(turns, ((performance.now() - begunMs) * callers) / 1000);
      while (answers.length < due) answers.push(send(answers.length));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return Promise.allSettled(answers);
  };
  try {
    // The first round opens the connections.
    await paced(callers);
    const begunMs = performance.now();
    const settled = await paced(callers * seconds);
    return tally(settled, (performance.now() - begunMs) / 1000);
  } finally {
    for (const { agent } of agents) agent.destroy();
  }
}
