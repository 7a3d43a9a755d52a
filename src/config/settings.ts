import { z } from 'zod';
import { logLevels } from '../observability/log.ts';
import { isSecureUpstream, type UpstreamSettings, upstreamShape } from './upstream-settings.ts';
import { durationMs, flag, isLoopback, text, wholeNumber } from './values.ts';

const settingsSchema = z.strictObject({
  ...upstreamShape,
  host: text,
  port: wholeNumber(0, 65_535),
  callers: z.strictObject({
    auth: z.literal('none', { error: 'must be none: this version knows no other way yet' }),
    allowAnonymous: flag,
  }),
  redisUrl: z.undefined({ error: 'is not supported by this version yet: unset it' }).optional(),
  log: z.strictObject({ level: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }) }),
  server: z.strictObject({
    /** How long a connection may be idle between two requests. */
    keepAliveTimeoutMs: durationMs,
    /** How long a request's headers may take, and a new connection until its first request. */
    headersTimeoutMs: durationMs,
    /** How long a request may take to arrive, body included. */
    requestTimeoutMs: durationMs,
  }),
  stop: z.strictObject({
    /** How long to go on serving after `readyz` has begun to fail, so that the balancer notices. */
    keepServingMs: wholeNumber(0, 600_000),
    /** How long the requests under way may then take. */
    deadlineMs: durationMs,
  }),
});

/** All that can be set, checked and frozen. The type is what the schema says; it is written nowhere else. */
export type Settings = z.output<typeof settingsSchema>;

export interface SettingFault {
  /** Dotted, as in the files of `config/`: `adobe.clientId`. */
  readonly path: string;
  readonly detail: string;
}

/** Everything that is wrong with the settings, at once. */
export class SettingsError extends Error {
  readonly faults: readonly SettingFault[];

  constructor(faults: readonly SettingFault[]) {
    super(faults.map(({ path, detail }) => `${path} ${detail}`).join('\n'));
    this.name = 'SettingsError';
    this.faults = faults;
  }
}

/** @throws SettingsError */
export function parseSettings(raw: unknown): Settings {
  return parse(settingsSchema, raw, [...upstreamCheck(raw), ...anonymousCheck(raw), ...serverCheck(raw)]);
}

/** @throws SettingsError */
export function parseUpstreamSettings(raw: unknown): UpstreamSettings {
  return parse(z.strictObject(upstreamShape), raw, upstreamCheck(raw));
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  more: SettingFault[],
): z.output<Schema> {
  const read = schema.safeParse(raw);
  const faults = [...(read.error?.issues ?? []).flatMap(toFaults), ...more];
  if (read.success && faults.length === 0) return deepFreeze(read.data);
  throw new SettingsError(faults);
}

function toFaults(issue: z.core.$ZodIssue): SettingFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), detail: 'is not a setting' }));
  }
  return [{ path: issue.path.join('.'), detail: issue.message }];
}

/* Checks across settings read the raw values, so that they speak up even while others are at fault. */

const upstreamUrls = z.object({
  ims: z.object({ url: z.string() }),
  platform: z.object({ url: z.string() }),
  allowInsecureUpstream: z.unknown(),
});

function upstreamCheck(raw: unknown): SettingFault[] {
  const { data } = upstreamUrls.safeParse(raw);
  if (data === undefined) return [];
  return (['ims', 'platform'] as const)
    .filter((service) => !isSecureUpstream(data[service].url, data))
    .map((service) => ({
      path: `${service}.url`,
      detail: 'must be https: the token would travel in the clear (ALLOW_INSECURE_UPSTREAM=true permits it)',
    }));
}

const listening = z.object({ host: z.string(), callers: z.object({ allowAnonymous: z.unknown() }) });

function anonymousCheck(raw: unknown): SettingFault[] {
  const { data } = listening.safeParse(raw);
  if (!data || isLoopback(data.host) || String(data.callers.allowAnonymous) === 'true') return [];
  const detail = `${data.host} lets others in, and CALLER_AUTH is none: set ALLOW_ANONYMOUS_CALLERS=true if a gateway checks them`;
  return [{ path: 'host', detail }];
}

const serverTimes = z.object({
  server: z.object({
    keepAliveTimeoutMs: z.coerce.number(),
    headersTimeoutMs: z.coerce.number(),
    requestTimeoutMs: z.coerce.number(),
  }),
});

function serverCheck(raw: unknown): SettingFault[] {
  const { data } = serverTimes.safeParse(raw);
  if (data === undefined) return [];
  const { keepAliveTimeoutMs, headersTimeoutMs, requestTimeoutMs } = data.server;
  const faults: SettingFault[] = [];
  if (headersTimeoutMs <= keepAliveTimeoutMs) {
    const detail = `must be over server.keepAliveTimeoutMs (${keepAliveTimeoutMs}): a connection that a gateway opens ahead of its first request would end earlier than one between two requests`;
    faults.push({ path: 'server.headersTimeoutMs', detail });
  }
  if (requestTimeoutMs < headersTimeoutMs) {
    const detail = `must not be under server.headersTimeoutMs (${headersTimeoutMs}): the headers are a part of the request`;
    faults.push({ path: 'server.requestTimeoutMs', detail });
  }
  return faults;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
