import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { Secret } from '../observability/secret.ts';
import { textFault, trimBlanks } from './text-faults.ts';

/** The kinds of value that a setting can be: text from an environment variable, or JSON from a file. */

function textOf({ mayHaveLines = false } = {}) {
  return z
    .string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a text') })
    .overwrite(trimBlanks)
    .min(1, { error: 'is required' })
    .check(({ value, issues }) => {
      const fault = textFault(value, { mayHaveLines });
      if (fault) issues.push({ code: 'custom', input: value, message: fault });
    });
}

export const text = textOf();

/** What goes into a header as it is. */
export const headerValue = text.regex(/^[\x21-\x7e]*$/, {
  error: 'must be plain letters, digits and signs, without spaces',
});

const toSecret = (value: string) => new Secret(value);
export const secret = text.transform(toSecret);

/** A secret of several lines, such as a key in PEM. */
export const secretLines = textOf({ mayHaveLines: true }).transform(toSecret);

/** A blank value is one that is not set, as a blank variable is. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) => (typeof value === 'string' && trimBlanks(value) === '' ? undefined : value),
    schema.optional(),
  );
}

export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')], {
  error: 'must be true or false, in lower case',
});

/**
 * A text with commas or blanks between its items, an array, or an array as a text of JSON, which is how `aio app use` writes scopes.
 * What is empty or named twice is left out.
 */
export function list(item: z.ZodType<string, string>) {
  return z
    .union([z.array(z.string()), z.string().transform(toItems)], {
      error: 'must be a comma-separated list',
    })
    .transform((items) => [...new Set(items.map(trimBlanks).filter(Boolean))])
    .pipe(z.array(item).min(1, { error: 'must name at least one' }));
}

function toItems(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      const items = z.array(z.string()).safeParse(JSON.parse(text));
      if (items.success) return items.data;
    } catch {
      // Not JSON; an address of IPv6 begins like that too.
    }
  }
  return text.split(/[\s,]+/);
}

const wholeNumberText = z.string().overwrite(trimBlanks).regex(/^\d+$/).transform(Number);

/** A whole number within bounds; digits where it comes from the environment. */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}, in digits`;
  return z
    .union([z.number(), wholeNumberText], { error })
    .pipe(z.int({ error }).min(least, { error }).max(most, { error }));
}

/** A day: longer than any balancer keeps a connection, and short of what Node's timers can count (2^31 − 1 ms). */
export const longestMs = 24 * 60 * 60 * 1000;
export const durationMs = wholeNumber(1, longestMs);

/** An origin: scheme, host and port, and nothing more. */
export const origin = text.transform((value, context) => {
  const url = /^https?:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
  if (url && url.href === `${url.origin}/` && isHostName(url.hostname)) return url.origin;
  context.addIssue('must be an origin such as https://platform.adobe.io, without path and credentials');
  return z.NEVER;
});

/** An address or a name of this machine; the brackets that IPv6 has in a URL are taken off. */
export const host = text.transform((value, context) => {
  const bare = withoutBrackets(value);
  if (isIP(bare) || (bare === value && isHostName(value))) return bare;
  context.addIssue(
    'must be an address or a name such as 127.0.0.1, ::1 or localhost, without scheme and port',
  );
  return z.NEVER;
});

/** A name by which callers address this service, an address, or `*.` and a name for all names below that. */
export const addressedName = text.refine((value) => isHostName(value.replace(/^\*\./, '')), {
  error: 'must be names such as jobs.example.com or *.example.com, without scheme and port',
});

function isHostName(value: string): boolean {
  if (isIP(withoutBrackets(value))) return true;
  const labels = value.replace(/\.$/, '').split('.');
  return labels.every((label) => /^(?!-)[A-Za-z0-9_-]{1,63}$/.test(label) && !label.endsWith('-'));
}

function withoutBrackets(value: string): string {
  return /^\[(.*)\]$/.exec(value)?.[1] ?? value;
}

/** An address that stands for all of a machine's. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase();
  return name === 'localhost' || isIPv6Loopback(name) || (isIPv4(name) && name.startsWith('127.'));
}

/** Whether nobody in between can read or change what is sent there. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname);
}

function isIPv6Loopback(name: string): boolean {
  return isIP(name) === 6 && !name.includes('%') && new URL(`http://[${name}]`).hostname === '[::1]';
}

/** For the message of an object that is none. */
export const group = { error: 'must be a group of settings' };

/** What is at a dotted path of raw settings, or nothing. */
export function valueAt(raw: unknown, path: string): unknown {
  let found = raw;
  for (const part of path.split('.')) {
    if (!isGroup(found) || !Object.hasOwn(found, part)) return undefined;
    found = found[part];
  }
  return found;
}

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The number at a dotted path of raw settings, where there is one that can be read. */
export function numberAt(raw: unknown, path: string): number | undefined {
  return z.union([z.number(), wholeNumberText]).safeParse(valueAt(raw, path)).data;
}

/** A proxy's URL may hold a password, so all of it is secret. */
export const proxyUrl = text
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be a URL such as http://proxy.example:3128',
  })
  .transform((value) => new Secret(value));
