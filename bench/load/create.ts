import { Agent } from 'node:http';
import { createRequest } from '../create-request.ts';
import { type Answer, ask } from './ask.ts';
import type { CreateJob, LoadResult } from './job.ts';
import { tally } from './tally.ts';

/**
 * Over so many connections, each the next create as soon as it has its answer. Not autocannon, which hangs up when its
 * time is over: what is under way then would be started upstream without an answer to count.
 */
export async function create(job: CreateJob): Promise<LoadResult> {
  const { url, firstNumber, most, withKeys, connections, seconds } = job;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const sends: Promise<Answer>[] = [];
  const begunMs = performance.now();
  const sendSome = async () => {
    while (sends.length < most && performance.now() - begunMs < seconds * 1000) {
      const posted = createRequest(firstNumber + sends.length, withKeys);
      const answered = ask(`${url}/jobs`, { agent, posted });
      sends.push(answered);
      // A fault is told by the tally.
      await answered.catch(() => {});
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, sendSome));
    return tally(await Promise.allSettled(sends), (performance.now() - begunMs) / 1000, 201);
  } finally {
    agent.destroy();
  }
}
