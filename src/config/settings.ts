import { z } from 'zod';
import { logLevels } from '../observability/log.ts';
import { callersFaults } from './callers-faults.ts';
import { basePath, callersSchema, tlsSchema } from './callers-settings.ts';
import { serverFaults, serverSchema } from './server-settings.ts';
import { type SettingFault, SettingsError } from './settings-error.ts';
import {
  credentialFaults,
  insecureFaults,
  type UpstreamSettings,
  upstreamShape,
} from './upstream-settings.ts';
import { durationMs, group, host, longestMs, valueAt, wholeNumber } from './values.ts';

const settingsSchema = z.strictObject({
  ...upstreamShape,
  host,
  port: wholeNumber(0, 65_535),
  callers: callersSchema,
  tls: tlsSchema,
  basePath,
  redisUrl: z.undefined({ error: 'is not supported by this version yet: unset it' }).optional(),
  log: z.strictObject(
    { level: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }) },
    group,
  ),
  server: serverSchema,
  stop: z.strictObject(
    {
      /** How long to go on serving after `readyz` has begun to fail, so that the balancer notices. */
      keepServingMs: wholeNumber(0, longestMs),
      /** How long the requests under way may then take. */
      deadlineMs: durationMs,
    },
    group,
  ),
});

/** All that can be set, checked and frozen. The type is what the schema says; it is written nowhere else. */
export type Settings = z.output<typeof settingsSchema>;

/** @throws SettingsError */
export function parseSettings(raw: unknown): Settings {
  return parse(settingsSchema, raw, [
    ...upstreamFaults(raw),
    ...callersFaults(raw),
    ...serverFaults(valueAt(raw, 'server')),
  ]);
}

/**
 * @param more what else is wrong with where they come from
 * @throws SettingsError
 */
export function parseUpstreamSettings(raw: unknown, more: readonly SettingFault[]): UpstreamSettings {
  return parse(z.strictObject(upstreamShape), raw, [...more, ...upstreamFaults(raw)]);
}

const upstreamFaults = (raw: unknown) => [...credentialFaults(raw), ...insecureFaults(raw)];

function parse<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  more: readonly SettingFault[],
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

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
