import { z } from 'zod';
import { cacheAndWatchingShape } from './cache-and-watching-settings.ts';
import { createsShape } from './creates-settings.ts';
import { readPrivateKey } from './private-key.ts';
import type { SettingFault } from './settings-error.ts';
import { trimBlanks } from './text-faults.ts';
import {
  durationMs,
  flag,
  group,
  headerValue,
  isSecure,
  list,
  optional,
  origin,
  proxyUrl,
  secret,
  secretLines,
  text,
  valueAt,
  wholeNumber,
} from './values.ts';

export const sandbox = text.regex(/^[a-z][a-z0-9-]{0,255}$/, {
  error: 'must be names in lower case, such as prod',
});
export const sandboxNames = list(sandbox);

/**
 * The credential for Adobe. Both kinds are one object, because a union would stop at a wrong kind and hide all other
 * faults; `credentialFaults` checks what only one kind needs. With OAuth the rest is ignored, so that a migration can
 * switch back and forth with one variable.
 */
const adobe = z.strictObject(
  {
    credential: z.enum(['oauth', 'jwt'], { error: 'must be oauth or jwt' }),
    clientId: headerValue,
    clientSecret: secret,
    /** Tried when IMS refuses the other one, so that a secret can be replaced without a gap. */
    clientSecretNext: optional(secret),
    orgId: headerValue.regex(/^[^@\s]+@AdobeOrg$/, { error: 'must end in @AdobeOrg' }),
    scopes: list(text),
    metaScopes: list(text),
    sandboxes: sandboxNames,
    technicalAccountId: optional(text),
    /** As it was given, see `readPrivateKey`. */
    privateKey: optional(secretLines),
    privateKeyPassphrase: optional(secret),
    /** The files that secrets were read from, to be read again: paths, not secrets. */
    secretFiles: z
      .strictObject({
        clientSecret: text.optional(),
        clientSecretNext: text.optional(),
        privateKey: text.optional(),
        privateKeyPassphrase: text.optional(),
      })
      .default({}),
  },
  group,
);

/** How to reach Adobe, as whom, how long to wait, what to keep, and when to refuse work: all that the middleware needs. */
export const upstreamShape = {
  adobe,
  ims: z.strictObject(
    {
      url: origin,
      timeoutMs: durationMs,
      /** How long IMS is not called after an outage; doubled with each outage that follows, up to the longest. */
      outageCoolDownMs: durationMs,
      longestOutageCoolDownMs: durationMs,
      /** How long IMS is not called after it has refused the credential. */
      refusedCoolDownMs: durationMs,
      /** The least time between two tokens that are dropped because Platform refused them. */
      refusalDelayMs: durationMs,
    },
    group,
  ),
  platform: z.strictObject(
    {
      url: origin,
      /** Which profile store a new job exports, where the organization has several. */
      profileInstanceId: optional(headerValue),
      /** For a request as a whole: its turn, its attempts, and the time between them. */
      deadlineMs: durationMs,
      /** For one attempt: its connection, headers and body. */
      callTimeoutMs: durationMs,
      mostRetries: wholeNumber(0, 10),
      concurrentCalls: wholeNumber(1, 10_000),
      queuedCalls: wholeNumber(0, 100_000),
      breaker: z.strictObject({ failuresToOpen: wholeNumber(1, 1_000), openMs: durationMs }, group),
      connectTimeoutMs: durationMs,
      headersTimeoutMs: durationMs,
      bodyTimeoutMs: durationMs,
      largestAnswerBytes: wholeNumber(1_000, 100_000_000),
    },
    group,
  ),
  allowInsecureUpstream: flag,
  ...cacheAndWatchingShape,
  ...createsShape,
  requests: z.strictObject(
    {
      /** The most that a body may have, as it is sent and decoded. */
      largestBodyBytes: wholeNumber(1_000, 10_000_000),
    },
    group,
  ),
  overload: z.strictObject(
    {
      /** How late the event loop may be before jobs are refused. */
      lagMs: durationMs,
      /** When whoever was refused may come back. */
      retryAfterMs: durationMs,
    },
    group,
  ),
  proxy: z
    .strictObject(
      {
        httpProxy: optional(proxyUrl),
        httpsProxy: optional(proxyUrl),
        noProxy: optional(text),
      },
      group,
    )
    .default({}),
};

export type UpstreamSettings = z.output<z.ZodObject<typeof upstreamShape>>;

/* Checks across settings read the raw values, so that they speak up even while others are at fault. */

/** What only a JWT credential needs. */
export function credentialFaults(raw: unknown): SettingFault[] {
  const given = (name: string) =>
    optional(secretLines)
      .safeParse(valueAt(raw, `adobe.${name}`))
      .data?.reveal();
  if (given('credential') !== 'jwt') return [];
  const missing = ['technicalAccountId', 'privateKey']
    .filter((name) => isMissing(valueAt(raw, `adobe.${name}`)))
    .map((name) => ({ path: `adobe.${name}`, detail: 'is required' }));
  const key = given('privateKey');
  if (key === undefined) return missing;
  try {
    readPrivateKey(key, given('privateKeyPassphrase'));
    return missing;
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'cannot be read';
    return [...missing, { path: 'adobe.privateKey', detail }];
  }
}

/** A token sent without TLS can be stolen, so `http:` needs a loopback address or an explicit permission. */
export function insecureFaults(raw: unknown): SettingFault[] {
  const isAllowed = flag.safeParse(valueAt(raw, 'allowInsecureUpstream')).data ?? false;
  return ['ims.url', 'platform.url'].flatMap((path) => {
    const url = origin.safeParse(valueAt(raw, path)).data;
    if (isAllowed || url === undefined || isSecure(new URL(url))) return [];
    const detail =
      'must be https: the token would travel in the clear (ALLOW_INSECURE_UPSTREAM=true permits it)';
    return [{ path, detail }];
  });
}

function isMissing(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && trimBlanks(value) === '');
}
