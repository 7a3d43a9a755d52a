import type { Settings } from './config/settings.ts';
import { systemClock } from './observability/clock.ts';
import { createLog } from './observability/log.ts';
import { serve } from './serve.ts';

/**
 * The service as a process: it listens, and stops on the first SIGTERM or SIGINT. Then nothing is left that
 * keeps the process alive, so that it ends with 0 when its log is written; a second signal ends it at once.
 *
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function run(settings: Settings): Promise<void> {
  const log = createLog({ level: settings.log.level });
  const service = await serve(settings, { log, clock: systemClock });
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const stop = async (signal: NodeJS.Signals) => {
    // A second signal meets Node's own answer to it, which is to end at once.
    for (const one of signals) process.off(one, stop);
    log.info({ signal }, 'stopping');
    await service.stop();
    log.info({}, 'stopped');
  };
  for (const signal of signals) process.on(signal, stop);
  // Last, because whoever reads it may send a signal at once.
  log.info({ url: service.url }, 'listening');
}
