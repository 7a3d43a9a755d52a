import type { Contestant } from './contestants.ts';
import { firstLine } from './first-line.ts';
import { createFreshIds, type FreshIds } from './job-ids.ts';
import { type LoadProcess, startLoad } from './load-process.ts';
import type { Machine } from './machine.ts';
import type { Plan } from './plan.ts';
import { firstAnswer, freePort } from './ports.ts';
import { cpuTime, residentMegabytes } from './process-figures.ts';
import type { Command, Processes } from './processes.ts';
import { startUpstream, type UpstreamProcess } from './upstream-process.ts';

/** A contestant that listens. */
export interface Running {
  readonly contestant: Contestant;
  readonly url: string;
  /** What each request has to bring. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long it took from its start to its first answer. */
  readonly startMs: number;
  /** Its processor time so far, in seconds. */
  cpuTime(): number | undefined;
  residentMegabytes(): number | undefined;
  /** What it said last before it ended, if it has. */
  complaint(): string;
  stop(): Promise<void>;
}

/** What every workload works with. */
export interface Bench {
  readonly plan: Plan;
  readonly machine: Machine;
  /** For files; removed at the end. */
  readonly folder: string;
  readonly upstream: UpstreamProcess;
  readonly load: LoadProcess;
  readonly ids: FreshIds;
  /** @throws what it said when it does not start */
  start(contestant: Contestant): Promise<Running>;
  /**
   * The line that a program prints when it is where a contestant would be.
   *
   * @throws what it said when it ends without one
   */
  ask(command: Command): Promise<string>;
  /** Tells people what goes on. */
  say(text: string): void;
}

export type BenchOptions = Pick<Bench, 'plan' | 'machine' | 'folder' | 'say'> & {
  readonly processes: Processes;
};

export async function openBench({ processes, ...options }: BenchOptions): Promise<Bench> {
  const { pinnedTo } = options.machine;
  const upstream = await startUpstream(processes, { core: pinnedTo?.upstream });
  const load = startLoad(processes, { core: pinnedTo?.load });

  async function start(contestant: Contestant): Promise<Running> {
    const port = await freePort();
    const command = contestant.command(port, upstream.url, options.folder);
    const begunMs = performance.now();
    const launched = processes.launch(command, { core: pinnedTo?.proxy });
    const url = `http://127.0.0.1:${port}`;
    let startMs: number;
    let headers: Running['headers'] = {};
    try {
      await firstAnswer(`${url}/livez`, launched, 2);
      startMs = performance.now() - begunMs;
      headers = (await contestant.headers?.(upstream.url)) ?? headers;
    } catch (error) {
      await launched.stop();
      throw error;
    }
    return {
      contestant,
      url,
      headers,
      startMs,
      cpuTime: () => cpuTime(launched.pid),
      residentMegabytes: () => residentMegabytes(launched.pid),
      complaint: () => (launched.hasEnded() ? launched.complaint() : ''),
      stop: () => launched.stop(),
    };
  }

  const ask = (command: Command) => firstLine(processes, command, { core: pinnedTo?.proxy });

  return { ...options, upstream, load, ids: createFreshIds(), start, ask };
}
