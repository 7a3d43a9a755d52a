import { loadSettings } from '../../src/config/load-settings.ts';
import { systemClock } from '../../src/observability/clock.ts';
import { createLog } from '../../src/observability/log.ts';
import { createStandardOutput } from '../../src/observability/standard-output.ts';
import { serve } from '../../src/serve.ts';

/**
 * The service in a process of its own that leaves IMS alone for no more than a moment after a failure, so
 * that one run can meet every failure there is: a process's clock cannot be moved.
 */
const settings = loadSettings({ env: process.env });
const ims = {
  ...settings.ims,
  outageCoolDownMs: 1,
  longestOutageCoolDownMs: 1,
  refusedCoolDownMs: 1,
  refusalDelayMs: 1,
};
const standardOutput = createStandardOutput();
const log = createLog({ level: settings.log.level, destination: standardOutput });
const service = await serve({ ...settings, ims }, { log, standardOutput, clock: systemClock });
log.info({ url: service.url }, 'listening');
process.once('SIGTERM', () => service.stop());
