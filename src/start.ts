import { parseArgs } from 'node:util';
import { explainStartFailure } from './config/explain-start-failure.ts';
import { loadSettings } from './config/load-settings.ts';
import { setGlobalAgents } from './global-agents.ts';
import { run } from './run.ts';

/** Reads, builds, listens; with `--check`, only reads. A failure is explained, and the process ends with 1. */
export async function start(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
    const settings = loadSettings({ env });
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
