import { nodeCommand } from './contestants.ts';
import { firstAnswer, freePort } from './ports.ts';
import type { LaunchOptions, Processes } from './processes.ts';
import type { CallCounts } from './upstream/call-book.ts';

export interface UpstreamDelays {
  /** How long Platform takes for each answer. */
  readonly delayMs?: number;
  /** How long IMS takes. */
  readonly tokenDelayMs?: number;
}

export interface UpstreamProcess {
  /** Both IMS and Platform. */
  readonly url: string;
  /** Forgets what was counted; without delays upstream answers at once from now on. */
  reset(delays?: UpstreamDelays): Promise<void>;
  counts(): Promise<CallCounts>;
}

export async function startUpstream(
  processes: Processes,
  options: Pick<LaunchOptions, 'core'>,
): Promise<UpstreamProcess> {
  const port = await freePort();
  const command = nodeCommand('bench/upstream/main.ts', [port]);
  const launched = processes.launch(command, { ...options, spokenWith: true });
  const url = `http://127.0.0.1:${port}`;
  await firstAnswer(`${url}/control/counts`, launched);

  return {
    url,
    async reset({ delayMs = 0, tokenDelayMs = 0 } = {}) {
      const query = new URLSearchParams({ delayMs: String(delayMs), tokenDelayMs: String(tokenDelayMs) });
      await fetch(`${url}/control/reset?${query}`, { method: 'POST' });
    },
    async counts() {
      const answer = await fetch(`${url}/control/counts`);
      return (await answer.json()) as CallCounts;
    },
  };
}
