import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How to start a program, without a shell. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Launched {
  readonly pid: number;
  readonly process: ChildProcess;
  hasEnded(): boolean;
  /** What it said last on standard error, and how it ended if it has. */
  complaint(): string;
  /** Ends it at once; settles when it is gone. */
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly core: number | undefined;
  /** Whether its standard output and input are spoken with; otherwise what it prints is thrown away. */
  readonly spokenWith?: boolean;
}

/** The processes that the bench has started, so that none of them stays behind. */
export interface Processes {
  /** @throws once all have been stopped */
  launch(command: Command, options: LaunchOptions): Launched;
  /** Ends all that still run; settles when they are gone. None is launched after it. */
  stopAll(): Promise<void>;
  /** Ends all that still run, without waiting: for the last moment. */
  killAll(): void;
}

export function createProcesses(taskset: string | undefined): Processes {
  const running = new Map<ChildProcess, Promise<void>>();
  let isOver = false;

  return {
    launch({ file, args, env }, { core, spokenWith = false }) {
      if (isOver) throw new Error('The bench is being ended.');
      const pinned = taskset !== undefined && core !== undefined;
      // It becomes the program that it starts, so its process is the program's.
      const [program, given] = pinned ? [taskset, ['-c', String(core), file, ...args]] : [file, args];
      const spoken = spokenWith ? 'pipe' : 'ignore';
      const child = spawn(program, given, { env: { ...env }, stdio: [spoken, spoken, 'pipe'] });
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-1_000);
      });
      const closed = once(child, 'close').then(
        ([code, signal]) => {
          running.delete(child);
          said += ` (ended with ${code ?? signal})`;
        },
        (error: unknown) => {
          running.delete(child);
          said += ` (${error})`;
        },
      );
      running.set(child, closed);
      return {
        pid: child.pid ?? 0,
        process: child,
        hasEnded: () => !running.has(child),
        complaint: () => said.trim(),
        async stop() {
          if (running.has(child)) child.kill('SIGKILL');
          await closed;
        },
      };
    },
    async stopAll() {
      isOver = true;
      const ends = [...running.values()];
      killAll();
      await Promise.all(ends);
    },
    killAll,
  };

  function killAll(): void {
    for (const child of running.keys()) child.kill('SIGKILL');
  }
}
