import { findFileFaults } from '../src/check-files.ts';
import { explainStartFailure } from '../src/config/explain-start-failure.ts';
import { loadSettings } from '../src/config/load-settings.ts';
import { systemClock } from '../src/observability/clock.ts';
import { createLog, silentLog } from '../src/observability/log.ts';
import { createStandardOutput } from '../src/observability/standard-output.ts';
import { openClaims } from '../src/open-claims.ts';
import { serve } from '../src/serve.ts';
import { startEmulator } from './emulator.ts';
import { createRunningClock } from './movable-clock.ts';

/** `npm run dev`: the emulator and the service in one process, with nothing to set. */

/** What is about callers and not about Adobe. */
const ofThisSide = [
  ...[
    'HOST',
    'PORT',
    'LOG_LEVEL',
    'ALLOWED_HOSTS',
    'CORS_ORIGINS',
    'TRUSTED_PROXIES',
    'USER_HEADER',
    'BASE_PATH',
  ],
  ...['CALLER_AUTH', 'ALLOW_ANONYMOUS_CALLERS', 'CALLERS_FILE', 'READS_PER_MINUTE', 'WRITES_PER_MINUTE'],
  ...[
    'JWT_ISSUER',
    'JWT_AUDIENCE',
    'JWT_JWKS_URL',
    'JWT_ALGORITHMS',
    'JWT_PERMISSIONS_CLAIM',
    'JWT_SANDBOXES_CLAIM',
  ],
  ...['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE'],
  ...['IDEMPOTENCY_KEYS', 'DUPLICATE_JOBS', 'POLICIES_FILE', 'AUDIT_FILE', 'AUDIT_REQUIRED'],
];

const emulator = await startEmulator({ clock: createRunningClock(), exportMs: 20_000 });
const { clientId, clientSecret, orgId, sandboxes } = emulator.credential;

// The emulated jobs end with this process, so what is promised about them may, too.
const claimsFile = process.env.CLAIMS_FILE?.trim() || undefined;

try {
  const settings = loadSettings({
    findFileFaults,
    // What the machine has set for a real credential must not meet the emulator, nor the other way round.
    env: {
      ...Object.fromEntries(ofThisSide.map((name) => [name, process.env[name]])),
      IMS_URL: emulator.url,
      PLATFORM_URL: emulator.url,
      ADOBE_CLIENT_ID: clientId,
      ADOBE_CLIENT_SECRET: clientSecret,
      ADOBE_ORG_ID: orgId,
      ADOBE_SANDBOXES: sandboxes.join(','),
      CLAIMS_FILE: claimsFile ?? ':memory:',
    },
  });
  const standardOutput = createStandardOutput();
  const service = await serve(settings, {
    log: createLog({ level: settings.log.level, destination: standardOutput }),
    standardOutput,
    clock: systemClock,
    // Without the warning: it is meant, and told with the instructions.
    ...(claimsFile === undefined && {
      claims: openClaims(settings.creates, { log: silentLog, clock: systemClock }),
    }),
  });
  console.log(instructions(service.url, settings.callers.auth.includes('none')));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      await service.stop();
      await emulator.close();
    });
  }
} catch (error) {
  console.error(explainStartFailure(error));
  await emulator.close();
  process.exitCode = 1;
}

function instructions(url: string, isOpen: boolean): string {
  const key = isOpen ? '' : ' -H "Authorization: Bearer $KEY"';
  const setKey = isOpen
    ? ''
    : `
  KEY=…   # of a caller in CALLERS_FILE, or an access token`;
  return `
The service is at ${url}, with an emulated Adobe behind it (${emulator.url}).
An export takes 20 seconds here. Paste these into another terminal: create, read, list.
${setKey}
  curl -i ${url}/jobs${key} -H 'content-type: application/json' -d '{"datasetId":"5b7c86968f7b6501e21ba9df","segments":["52c26d0d-45f2-47a2-ab30-ed06abc981ff"]}'
  curl -i ${url}/jobs/101${key}
  curl -i ${url}/jobs${key}

To watch it until it is done: curl -N ${url}/jobs/101/events${key}
Ctrl-C stops both; the jobs, and the keys of their creates, end with them. There are two sandboxes: prod, and dev with -H 'x-sandbox-name: dev'.
`;
}
