import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { control } from './control.ts';
import { createCredential, type EmulatedCredential } from './credential.ts';
import { emulatedIms } from './ims.ts';
import { createJobBook, type JobBook } from './job-book.ts';
import { createMisbehaviours, type Misbehaviours } from './misbehaviour.ts';
import { createMovableClock, type MovableClock } from './movable-clock.ts';
import { emulatedPlatform } from './platform.ts';
import { createRequestBook, type RequestBook } from './requests.ts';
import { createIssuedTokens, type IssuedTokens } from './tokens.ts';
import { explainFault, explainUnknown } from './unanswered.ts';

export interface EmulatorOptions {
  readonly host?: string;
  /** A free one unless given. */
  readonly port?: number;
  /** One that stands still until it is moved unless given. */
  readonly clock?: MovableClock;
  readonly credential?: Partial<EmulatedCredential>;
  /** How long an export takes, by the clock; four minutes unless given. */
  readonly exportMs?: number;
}

export interface Emulator {
  /** Both `IMS_URL` and `PLATFORM_URL`. */
  readonly url: string;
  readonly clock: MovableClock;
  readonly credential: EmulatedCredential;
  readonly jobs: JobBook;
  readonly misbehaviours: Misbehaviours;
  readonly requests: RequestBook;
  readonly tokens: IssuedTokens;
  close(): Promise<void>;
}

/** A stand-in for IMS and Platform on one port. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, clock = createMovableClock(), exportMs = 240_000 } = options;
  const credential = createCredential(options.credential);
  const { adobe } = clock;
  const tokens = createIssuedTokens(adobe, credential);
  const requests = createRequestBook();
  const misbehaviours = createMisbehaviours(clock, requests, credential.orgId);
  const jobs = createJobBook({ clock: adobe, exportMs, orgId: credential.orgId });

  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    // Otherwise Node's own, which no test moves.
    response.set('date', new Date(adobe.wallNow()).toUTCString());
    next();
  });
  app.use('/control', control({ clock, credential, jobs, misbehaviours, requests, tokens }));
  app.use(emulatedIms({ credential, tokens, misbehaviours, origin: () => url }));
  app.use(emulatedPlatform({ credential, tokens, misbehaviours, jobs }));
  app.use(explainUnknown, explainFault);

  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;

  return {
    url,
    clock,
    credential,
    jobs,
    misbehaviours,
    requests,
    tokens,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        // Those that hang on purpose would never go.
        server.closeAllConnections();
      });
    },
  };
}
