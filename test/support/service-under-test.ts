import { Writable } from 'node:stream';
import request, { type Response } from 'supertest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import type { Claims } from '../../src/claims/claims.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { IdentifyCaller } from '../../src/http/callers/authenticate.ts';
import { createHostCaller, type HostCallerOf } from '../../src/http/callers/host-caller.ts';
import type { LoadGauge } from '../../src/observability/load-gauge.ts';
import { createLog, silentLog } from '../../src/observability/log.ts';
import { openClaims } from '../../src/open-claims.ts';
import { type RunningService, serve } from '../../src/serve.ts';
import type { Limits } from '../../src/with-limits.ts';
import { drive } from './driving.ts';
import { checkAgainstOpenApi } from './openapi.ts';

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON, a text as it is. */
  readonly body?: object | string;
}

/** The composed service on a free port, the emulator behind it, and one clock for both. */
export interface ServiceUnderTest extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly url: string;
  /** Sends a request and holds the answer against the OpenAPI document. */
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
  readonly running: RunningService;
  /** What was logged so far, one object for each line. */
  logLines(): Record<string, unknown>[];
  /** The same as it was written. */
  logText(): string;
  /** What of the audit trail went to standard output. */
  auditLines(): Record<string, unknown>[];
  /** Stops the service and starts it anew, with the same Platform and log; its claims are kept where `CLAIMS_FILE` is a file. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceUnderTestOptions {
  readonly emulator?: EmulatorOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** What the settings name unless given. */
  readonly claims?: Claims;
  /** A create without an answer is looked for once unless given. */
  readonly creates?: Partial<Settings['creates']>;
  readonly platform?: Partial<Settings['platform']>;
  readonly ims?: Partial<Settings['ims']>;
  /** Nothing is cached unless given; `asConfigured` for what the settings say. */
  readonly cache?: Partial<Settings['cache']> | 'asConfigured';
  readonly streams?: Partial<Settings['streams']>;
  readonly requests?: Partial<Settings['requests']>;
  /** Who sends a request; everybody the same unless given. */
  readonly callerOf?: HostCallerOf;
  /** Who sends a request, and what it may do, instead of what the settings say. */
  readonly identify?: IdentifyCaller;
  /** How often callers may call; as the settings say unless given. */
  readonly limits?: Partial<Limits>;
  readonly stop?: Partial<Settings['stop']>;
  /** The time-outs of the server, which are on the machine's own clock. */
  readonly server?: Partial<Settings['server']>;
  /** A loop that is never late unless given: how busy the tests' own process is must not decide anything. */
  readonly load?: LoadGauge;
}

/** What the service has to be told to work with an emulator. */
export function emulatorEnv({ url, credential }: Emulator): Record<string, string> {
  return {
    PORT: '0',
    IMS_URL: url,
    PLATFORM_URL: url,
    ADOBE_CLIENT_ID: credential.clientId,
    ADOBE_CLIENT_SECRET: credential.clientSecret,
    ADOBE_ORG_ID: credential.orgId,
    ADOBE_SANDBOXES: credential.sandboxes.join(','),
    CLAIMS_FILE: ':memory:',
  };
}

export function jwtEnv({ credential }: Emulator): Record<string, string> {
  return {
    ADOBE_CREDENTIAL: 'jwt',
    ADOBE_TECHNICAL_ACCOUNT_ID: credential.technicalAccountId,
    ADOBE_PRIVATE_KEY: credential.privateKey,
  };
}

/**
 * What a test is not about, it should not meet: one call for each request, unless the test asks for more. (A retry
 * would wait for the clock to be moved, and a cached answer would stay fresh, as the clock stands still.)
 */
const oneCallEach = { mostRetries: 0, breaker: { failuresToOpen: 1000, openMs: 10_000 } };
/** One look for the job of a create without an answer: to wait and look again needs a clock that is moved. */
const oneLook = { settlingMs: 0 };
const nothingCached = { freshForMs: 0, finalFreshForMs: 0, staleIfErrorMs: 0 };

export async function startServiceUnderTest(
  options:
    | ServiceUnderTestOptions
    | ((emulator: Emulator) => ServiceUnderTestOptions | Promise<ServiceUnderTestOptions>) = {},
): Promise<ServiceUnderTest> {
  const emulator = await startEmulator(typeof options === 'function' ? {} : options.emulator);
  const given = typeof options === 'function' ? await options(emulator) : options;
  const { env, claims, creates, platform, ims, cache, streams, requests, callerOf, identify, limits } = given;
  const { stop: stopping, server } = given;
  const { load = { lagMs: () => 0, close() {} } } = given;
  const settings = loadSettings({ env: { ...emulatorEnv(emulator), ...env } });
  const isKept = claims === undefined && env?.CLAIMS_FILE !== undefined;
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  const begin = () =>
    serve(
      {
        ...settings,
        platform: { ...settings.platform, ...oneCallEach, ...platform },
        ims: { ...settings.ims, ...ims },
        cache: { ...settings.cache, ...(cache === 'asConfigured' ? {} : { ...nothingCached, ...cache }) },
        streams: { ...settings.streams, ...streams },
        requests: { ...settings.requests, ...requests },
        creates: { ...settings.creates, ...oneLook, ...creates },
        stop: { ...settings.stop, ...stopping },
        server: { ...settings.server, ...server },
      },
      {
        log: createLog({ level: 'info', destination }),
        standardOutput: { write: print, writeNow: print, requireWritable() {} },
        clock: emulator.clock,
        load,
        // Not with the warning that each of them would log.
        ...(isKept
          ? {}
          : { claims: claims ?? openClaims(settings.creates, { log: silentLog, clock: emulator.clock }) }),
        ...(identify && { identify }),
        ...(callerOf && { identify: createHostCaller(callerOf, settings.adobe.sandboxes) }),
        ...(limits && { limits: { ...settings.callers, ...limits } }),
      },
    );
  let service = await begin();

  async function stop(): Promise<void> {
    await emulator.close();
    const stopped = service.stop();
    // A request that still hangs is cut off at the deadline, which comes when the clock is moved.
    emulator.clock.advance(60_000);
    await stopped;
  }

  return {
    emulator,
    get url() {
      return service.url;
    },
    get running() {
      return service;
    },
    async restart() {
      await drive({ emulator }, service.stop(), { hangs: true });
      service = await begin();
    },
    async send(method, path, { headers = {}, body } = {}) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const call = request(service.url)
        [methodOf(method)](path)
        .set({ ...type, ...headers });
      const answer = await call.send(body);
      checkAgainstOpenApi(method, path, answer);
      return answer;
    },
    logLines: () => lines.map((line) => JSON.parse(line)),
    logText: () => lines.join(''),
    auditLines: () => printed.map((line) => JSON.parse(line)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function methodOf(method: string): 'get' | 'post' | 'put' | 'delete' | 'head' | 'patch' | 'options' {
  const methods = ['get', 'post', 'put', 'delete', 'head', 'patch', 'options'] as const;
  const found = methods.find((one) => one === method.toLowerCase());
  if (found === undefined) throw new Error(`No such method: ${method}`);
  return found;
}
