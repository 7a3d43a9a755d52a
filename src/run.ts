import { parseArgs } from 'node:util';
import { findFileFaults } from './check-files.ts';
import { explainStartFailure } from './config/explain-start-failure.ts';
import { loadSettings } from './config/load-settings.ts';
import type { Settings } from './config/settings.ts';
import { setGlobalAgents } from './credential.ts';
import { systemClock } from './observability/clock.ts';
import { createLog } from './observability/log.ts';
import { createStandardOutput } from './observability/standard-output.ts';
import { serve } from './serve.ts';

/** The service from the command line; with `--check` it only reads the settings, and looks at their files. After a failure the exit code is 1. */
export async function runFromEnvironment(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
    const settings = loadSettings({ env, findFileFaults });
    if (values.check) {
      console.log(JSON.stringify(settings, null, 2));
      console.error('These settings can be used. Whether Adobe accepts them was not asked.');
      return;
    }
    setGlobalAgents(settings);
    await run(settings);
  } catch (error) {
    console.error(explainStartFailure(error));
    process.exitCode = 1;
  }
}

/**
 * The service as a process: it listens, and stops at the first SIGTERM or SIGINT. After that nothing keeps the process
 * alive, so it ends with 0 once its log is written; a second signal ends it at once.
 *
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function run(settings: Settings): Promise<void> {
  const standardOutput = createStandardOutput();
  const log = createLog({ level: settings.log.level, destination: standardOutput });
  const service = await serve(settings, { log, standardOutput, clock: systemClock });
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const stop = async (signal: NodeJS.Signals) => {
    // Without our handlers, a second signal ends the process at once, which is Node's default.
    for (const one of signals) process.off(one, stop);
    log.info({ signal }, 'stopping');
    await service.stop();
    log.info({}, 'stopped');
  };
  for (const signal of signals) process.on(signal, stop);
  if (settings.callers.auth.includes('none')) {
    const { host } = settings;
    log.warn(
      { host },
      'Nobody is authenticated: whoever reaches this port may do everything (CALLER_AUTH=none)',
    );
  }
  // Last, because whoever reads this line may send a signal at once.
  log.info({ url: service.url, callerAuth: settings.callers.auth }, 'listening');
}
