import { Agent } from 'node:http';
import { ask } from './ask.ts';
import type { BurstJob, LoadResult } from './job.ts';
import { tally } from './tally.ts';

/** All requests at once; the time is that of the last answer. */
export async function burst({ url, paths }: BurstJob): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
  const begunMs = performance.now();
  const settled = await Promise.allSettled(paths.map((path) => ask(url + path, { agent })));
  return tally(settled, (performance.now() - begunMs) / 1000);
}
