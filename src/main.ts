import http from 'node:http';
import https from 'node:https';
import { parseArgs } from 'node:util';
import { explainStartFailure } from './config/explain-start-failure.ts';
import { loadSettings } from './config/load-settings.ts';
import type { Settings } from './config/settings.ts';
import { systemClock } from './observability/clock.ts';
import { createLog } from './observability/log.ts';
import { serve } from './serve.ts';
import { createAgents } from './service.ts';

/** Reads, builds, listens; with `--check`, only reads. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const settings = loadSettings({ env: process.env });
  if (values.check) {
    console.log(JSON.stringify(settings, null, 2));
    console.error('These settings can be used. Whether Adobe accepts them was not asked.');
    return;
  }
  // @adobe/jwt-auth takes no agent, so here the process's own have to know the proxy.
  if (settings.adobe.credential === 'jwt') {
    const agents = createAgents(settings);
    http.globalAgent = agents.http;
    https.globalAgent = agents.https;
  }
  await run(settings);
}

async function run(settings: Settings): Promise<void> {
  const log = createLog({ level: settings.log.level });
  const service = await serve(settings, { log, clock: systemClock });
  log.info({ url: service.url }, 'listening');

  const signals = ['SIGTERM', 'SIGINT'] as const;
  const stop = async (signal: NodeJS.Signals) => {
    // A second signal meets Node's own answer to it, which is to end at once.
    for (const one of signals) process.off(one, stop);
    log.info({ signal }, 'stopping');
    await service.stop();
    log.info({}, 'stopped');
  };
  for (const signal of signals) process.on(signal, stop);
}

main().catch((error: unknown) => {
  console.error(explainStartFailure(error));
  process.exitCode = 1;
});
