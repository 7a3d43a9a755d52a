import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './load/ask.ts';
import type { Launched } from './processes.ts';

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const patienceMs = 15_000;

/**
 * Settles with the first answer, whatever it is.
 *
 * @throws what the process said when it does not answer
 */
export async function firstAnswer(url: string, launched: Launched, everyMs = 5): Promise<void> {
  const givenUpMs = performance.now() + patienceMs;
  while (performance.now() < givenUpMs && !launched.hasEnded()) {
    const answered = await ask(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await pause(everyMs);
  }
  throw new Error(`did not start: ${launched.complaint() || 'no answer'}`);
}
