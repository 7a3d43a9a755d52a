import { errorCode } from '../src/observability/error-code.ts';
import { startEmulator } from './emulator.ts';
import { createRunningClock } from './movable-clock.ts';

/** `npm run emulator`: the emulator alone, in real time, until it is stopped. */

const port = process.env.EMULATOR_PORT || '4010';
const host = process.env.EMULATOR_HOST || '127.0.0.1';

try {
  const emulator = await startEmulator({
    host,
    port: Number(port),
    clock: createRunningClock(),
    exportMs: 30_000,
  });
  const { clientId, clientSecret, orgId, sandboxes } = emulator.credential;
  console.log(`A stand-in for Adobe's IMS and Platform is at ${emulator.url}. It accepts:

  export IMS_URL=${emulator.url} PLATFORM_URL=${emulator.url}
  export ADOBE_CLIENT_ID=${clientId} ADOBE_CLIENT_SECRET=${clientSecret} ADOBE_ORG_ID=${orgId}
  export ADOBE_SANDBOXES=${sandboxes.join(',')}

With these pasted into another terminal, npm start there works with it. An export takes 30 seconds here. How to make it misbehave: emulator/README.md`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => emulator.close());
} catch (error) {
  const isPort = ['EADDRINUSE', 'ERR_SOCKET_BAD_PORT', 'EACCES'].includes(errorCode(error) ?? '');
  console.error(isPort ? `Port ${port} cannot be used: set EMULATOR_PORT to a free one.` : error);
  process.exitCode = 1;
}
