import { z } from 'zod';
import { Secret } from '../observability/secret.ts';
import { followingShape } from './following-settings.ts';
import { readPrivateKey } from './private-key.ts';
import {
  durationMs,
  flag,
  headerValue,
  isLoopback,
  list,
  origin,
  proxyUrl,
  secret,
  text,
  wholeNumber,
} from './values.ts';

const sandbox = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,255}$/, { error: 'must be names in lower case, such as prod' });

const common = {
  clientId: headerValue,
  clientSecret: secret,
  /** Tried when IMS refuses the other one, so that a secret can be replaced without a gap. */
  clientSecretNext: secret.optional(),
  orgId: headerValue.regex(/^[^@\s]+@AdobeOrg$/, { error: 'must end in @AdobeOrg' }),
  scopes: list(text),
  metaScopes: list(text),
  sandboxes: list(sandbox),
  /** The files that secrets were read from, to be read again: paths, not secrets. */
  secretFiles: z
    .strictObject({
      clientSecret: text.optional(),
      clientSecretNext: text.optional(),
      privateKey: text.optional(),
      privateKeyPassphrase: text.optional(),
    })
    .default({}),
};

const oauth = z.strictObject({
  ...common,
  credential: z.literal('oauth'),
  // Ignored, so that a migration can switch back and forth with one variable.
  technicalAccountId: text.optional(),
  privateKey: secret.optional(),
  privateKeyPassphrase: secret.optional(),
});

const jwt = z
  .strictObject({
    ...common,
    credential: z.literal('jwt'),
    technicalAccountId: text,
    privateKey: secret,
    privateKeyPassphrase: secret.optional(),
  })
  .transform((settings, context) => {
    try {
      const pem = readPrivateKey(settings.privateKey.reveal(), settings.privateKeyPassphrase?.reveal());
      return { ...settings, privateKey: new Secret(pem) };
    } catch (error) {
      const message = error instanceof Error ? error.message : 'cannot be read';
      context.addIssue({ code: 'custom', path: ['privateKey'], message });
      return z.NEVER;
    }
  });

/** How to reach Adobe, as whom, how long to wait, what to keep, and when to refuse work: all that the middleware needs. */
export const upstreamShape = {
  adobe: z.discriminatedUnion('credential', [oauth, jwt], { error: 'must be oauth or jwt' }),
  ims: z.strictObject({
    url: origin,
    timeoutMs: durationMs,
    /** How long IMS is left alone after an outage; doubled with each that follows, up to the longest. */
    outageRestMs: durationMs,
    longestOutageRestMs: durationMs,
    /** How long IMS is left alone after it has refused the credential. */
    refusedRestMs: durationMs,
    /** The least time between two tokens that are dropped because Platform refused them. */
    refusalDistanceMs: durationMs,
  }),
  platform: z.strictObject({
    url: origin,
    /** Which profile store a new job exports, where the organization has several. */
    profileInstanceId: headerValue.optional(),
    /** For a request as a whole: its turn, its attempts, and the time between them. */
    deadlineMs: durationMs,
    /** For one attempt: its connection, headers and body. */
    callTimeoutMs: durationMs,
    mostRetries: wholeNumber(0, 10),
    concurrentCalls: wholeNumber(1, 10_000),
    queuedCalls: wholeNumber(0, 100_000),
    breaker: z.strictObject({ failuresToOpen: wholeNumber(1, 1_000), openMs: durationMs }),
    connectTimeoutMs: durationMs,
    headersTimeoutMs: durationMs,
    bodyTimeoutMs: durationMs,
    largestAnswerBytes: wholeNumber(1_000, 100_000_000),
  }),
  allowInsecureUpstream: flag,
  ...followingShape,
  overload: z.strictObject({
    /** How late the event loop may be before jobs are refused. */
    lagMs: durationMs,
    /** When whoever was refused may come back. */
    retryAfterMs: durationMs,
  }),
  proxy: z
    .strictObject({
      httpProxy: proxyUrl.optional(),
      httpsProxy: proxyUrl.optional(),
      noProxy: text.optional(),
    })
    .default({}),
};

export type UpstreamSettings = z.output<z.ZodObject<typeof upstreamShape>>;

/** A token sent in the clear is a token given away, so `http:` needs a loopback address or a word. */
export function isSecureUpstream(url: string, { allowInsecureUpstream }: { allowInsecureUpstream: unknown }) {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname) || String(allowInsecureUpstream) === 'true';
}
