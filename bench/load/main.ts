import { createInterface } from 'node:readline';
import { burst } from './burst.ts';
import { create } from './create.ts';
import { hammer } from './hammer.ts';
import type { LoadJob, LoadReply, LoadResult } from './job.ts';
import { poll } from './poll.ts';
import { createStreams } from './streams.ts';

/*
 * The load, in a process of its own, so that it takes nothing from what it measures: a job for each line of
 * standard input, a reply for each on standard output. It ends with its input, so with the bench.
 */

const streams = createStreams();

async function perform(job: LoadJob): Promise<LoadResult> {
  switch (job.kind) {
    case 'hammer':
      return hammer(job);
    case 'poll':
      return poll(job);
    case 'burst':
      return burst(job);
    case 'create':
      return create(job);
    case 'open-streams':
      return streams.open(job);
    case 'close-streams':
      return { answers: streams.close(), seconds: 0, bytes: 0, p50Ms: 0, p99Ms: 0, faults: [] };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const job: LoadJob = JSON.parse(line);
  const reply: LoadReply = await perform(job).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit();
