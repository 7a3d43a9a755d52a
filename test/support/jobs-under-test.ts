import { Writable } from 'node:stream';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { silentAuditTrail } from '../../src/audit/audit-trail.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { type CacheOptions, createJobs } from '../../src/jobs/create-jobs.ts';
import type { Jobs } from '../../src/jobs/jobs.ts';
import { createLog, silentLog } from '../../src/observability/log.ts';
import { createOrganizationMask } from '../../src/observability/organization-mask.ts';
import { Secret } from '../../src/observability/secret.ts';
import { openClaims } from '../../src/open-claims.ts';
import { createDescribeRequest } from '../../src/platform/describe-request.ts';
import { createDispatcher } from '../../src/platform/dispatcher.ts';
import { createPlatformClient } from '../../src/platform/platform-client.ts';
import { createSend } from '../../src/platform/send.ts';
import { noPolicies } from '../../src/policies/rules.ts';
import { emulatorEnv } from './service-under-test.ts';

/** The jobs room over the emulator, without a policy and without HTTP in front of it: for what only it can be given. */
export interface JobsUnderTest extends AsyncDisposable {
  readonly jobs: Jobs;
  readonly emulator: Emulator;
  logLines(): Record<string, unknown>[];
}

export async function startJobsUnderTest(
  cache: Partial<CacheOptions> = {},
  audit = silentAuditTrail,
): Promise<JobsUnderTest> {
  const emulator = await startEmulator();
  const { clock } = emulator;
  const settings = loadSettings({ env: emulatorEnv(emulator) });
  const { url: origin, concurrentCalls: connections } = settings.platform;
  const { callTimeoutMs, largestAnswerBytes, deadlineMs } = settings.platform;
  const { clientId: apiKey, orgId } = settings.adobe;
  const dispatcher = createDispatcher({ ...settings.platform, origin, proxy: undefined, connections });
  const attempt = createSend({ dispatcher, origin, apiKey, orgId, callTimeoutMs, largestAnswerBytes, clock });
  const token = new Secret(emulator.tokens.issue(365 * 24 * 60 * 60 * 1000));
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const jobs = createJobs({
    platform: createPlatformClient({
      send: (request, context) => attempt(request, context, token),
      describe: createDescribeRequest({ origin, apiKey, orgId }),
      origin,
      deadlineMs,
      hideOrganization: createOrganizationMask(orgId),
      clock,
    }),
    audit,
    claims: openClaims({ claimsFile: ':memory:' }, { log: silentLog, clock }),
    policies: noPolicies,
    creates: settings.creates,
    cache: { ...settings.cache, ...cache },
    watching: settings.watching,
    clock,
    random: () => 0.5,
    log: createLog({ level: 'info', destination }),
  });
  return {
    jobs,
    emulator,
    logLines: () => lines.map((line) => JSON.parse(line)),
    async [Symbol.asyncDispose]() {
      jobs.stopWatching();
      await emulator.close();
      await dispatcher.destroy();
    },
  };
}
