import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Command, LaunchOptions, Processes } from './processes.ts';

/** No program that is asked for one line takes longer than this. */
const patienceMs = 120_000;

/**
 * Starts a program, waits for its first line, and ends it.
 *
 * @throws what it said when there is none
 */
export async function firstLine(
  processes: Processes,
  command: Command,
  options: Pick<LaunchOptions, 'core'>,
): Promise<string> {
  const launched = processes.launch(command, { ...options, spokenWith: true });
  try {
    const { stdin, stdout } = launched.process;
    if (!stdin || !stdout) throw new Error('The process cannot be spoken with.');
    // Its end is told by what waits for its line.
    stdin.on('error', () => {});
    const lines = createInterface({ input: stdout });
    const signal = AbortSignal.timeout(patienceMs);
    const [line] = await Promise.race([
      once(lines, 'line', { signal }),
      once(launched.process, 'close', { signal }),
    ]).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      throw new Error(`took too long: ${launched.complaint()}`, { cause: error });
    });
    if (typeof line === 'string') return line;
    throw new Error(`gave no answer: ${launched.complaint()}`);
  } finally {
    await launched.stop();
  }
}
