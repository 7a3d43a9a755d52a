import type { Claims } from '../../src/claims/claims.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import { systemClock } from '../../src/observability/clock.ts';
import { createLog } from '../../src/observability/log.ts';
import { createStandardOutput } from '../../src/observability/standard-output.ts';
import { openClaims } from '../../src/open-claims.ts';
import { serve } from '../../src/serve.ts';

/**
 * The service, which ends itself with SIGKILL at a verb of its claims: the first argument is `before` or `after`, the
 * second one the verb, `sending` for the renewal that comes before the create. It lives where it has none. The third one
 * is JSON of what is not as the settings say of creates.
 */
const [, , when, verb, creates = '{}'] = process.argv;
const loaded = loadSettings({ env: process.env });
const settings: Settings = { ...loaded, creates: { ...loaded.creates, ...JSON.parse(creates) } };
const standardOutput = createStandardOutput();
const log = createLog({ level: 'info', destination: process.stdout });
const claims = openClaims(settings.creates, { log, clock: systemClock });

function dying<Arguments extends unknown[], Result>(
  name: string,
  call: (...given: Arguments) => Promise<Result>,
): (...given: Arguments) => Promise<Result> {
  return async (...given) => {
    if (name === verb && when === 'before') process.kill(process.pid, 'SIGKILL');
    const result = await call(...given);
    if (name === verb && when === 'after') process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

const sending = dying('sending', claims.renew);
const mortal: Claims = {
  ...claims,
  claim: dying('claim', claims.claim),
  renew: (held, change) => (change.sentAtMs === undefined ? claims.renew : sending)(held, change),
  settle: dying('settle', claims.settle),
};
const service = await serve(settings, { log, standardOutput, clock: systemClock, claims: mortal });
log.info({ url: service.url }, 'listening');
