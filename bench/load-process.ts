import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { nodeCommand } from './contestants.ts';
import type { LoadJob, LoadReply, LoadResult } from './load/job.ts';
import type { LaunchOptions, Processes } from './processes.ts';

export interface LoadProcess {
  /**
   * One job at a time.
   *
   * @throws when the load itself fails; what was wrong with the answers is in the result
   */
  run(job: LoadJob): Promise<LoadResult>;
}

/** No job of any plan takes longer than this. */
const patienceMs = 120_000;

export function startLoad(processes: Processes, options: Pick<LaunchOptions, 'core'>): LoadProcess {
  const launched = processes.launch(nodeCommand('bench/load/main.ts', []), { ...options, spokenWith: true });
  const { stdin, stdout } = launched.process;
  if (!stdin || !stdout) throw new Error('The load process cannot be spoken with.');
  const replies = createInterface({ input: stdout });
  // Its end is told by the job that waits for it.
  stdin.on('error', () => {});

  return {
    async run(job) {
      if (launched.hasEnded()) throw new Error(`The load process has ended: ${launched.complaint()}`);
      const abandoned = new AbortController();
      const signal = AbortSignal.any([abandoned.signal, AbortSignal.timeout(patienceMs)]);
      const ended = () => abandoned.abort();
      replies.once('close', ended);
      try {
        const answered = once(replies, 'line', { signal });
        stdin.write(`${JSON.stringify(job)}\n`);
        const [line] = await answered;
        const reply: LoadReply = JSON.parse(line);
        if ('error' in reply) throw new Error(`The load failed: ${reply.error}`);
        return reply.result;
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new Error(`The load process gave no answer: ${launched.complaint()}`, { cause: error });
      } finally {
        replies.off('close', ended);
      }
    },
  };
}
