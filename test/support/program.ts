import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A program of this project in a process of its own, and all that it wrote. */
export interface Program extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Standard output and standard error together. */
  output(): string;
  /** Standard output alone. */
  printed(): string;
  /** The first match in the output, as soon as there is one; fails when the program ends without it. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code, once the program has ended. */
  ended(): Promise<number | null>;
}

export interface ProgramOptions {
  /** The whole environment: nothing of this process's gets in. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export function startProgram(file: string, { env = {}, args = [] }: ProgramOptions = {}): Program {
  return startCommand(process.execPath, { env, args: [file, ...args] });
}

/** A command of the machine. */
export function startCommand(command: string, { env = {}, args = [] }: ProgramOptions = {}): Program {
  const child = spawn(command, args, { cwd: root, env: { ...env }, stdio: 'pipe' });
  let written = '';
  let printed = '';
  const collect = (chunk: unknown) => {
    written += String(chunk);
    child.emit('written');
  };
  child.stdout.on('data', (chunk) => {
    printed += String(chunk);
    collect(chunk);
  });
  child.stderr.on('data', collect);
  const closed = once(child, 'close').then(([code]) => code);
  let over = false;
  closed.then(() => {
    over = true;
    child.emit('written');
  });

  async function ended(): Promise<number | null> {
    return closed;
  }

  return {
    process: child,
    output: () => written,
    printed: () => printed,
    async waitFor(pattern) {
      for (;;) {
        const found = pattern.exec(written);
        if (found) return found;
        if (over) throw new Error(`The program ended without ${pattern}:\n${written}`);
        await once(child, 'written');
      }
    },
    ended,
    async [Symbol.asyncDispose]() {
      if (!over) child.kill('SIGKILL');
      await ended();
    },
  };
}
