import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { Secret } from '../observability/secret.ts';

/** The kinds of value that a setting can be: text from an environment variable, or JSON from a file. */

export const text = z.string({ error: 'is required' }).trim().min(1, { error: 'is required' });

/** What goes into a header as it is. */
export const headerValue = text.regex(/^[\x21-\x7e]*$/, {
  error: 'must be plain letters, digits and signs, without spaces',
});

export const secret = text.transform((value) => new Secret(value));

export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')], {
  error: 'must be true or false',
});

/** A comma-separated text or an array. */
export function list(item: z.ZodType<string, string>) {
  return z
    .union([z.array(z.string()), z.string().transform((value) => value.split(','))], {
      error: 'must be a comma-separated list',
    })
    .transform((items) => items.map((value) => value.trim()).filter(Boolean))
    .pipe(z.array(item).min(1, { error: 'must name at least one' }));
}

/** A whole number within bounds; digits where it comes from the environment. */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .union([z.number(), z.string().trim().regex(/^\d+$/).transform(Number)], { error })
    .pipe(z.int({ error }).min(least, { error }).max(most, { error }));
}

export const durationMs = wholeNumber(1, 600_000);

/** An origin: scheme, host and port, and nothing more. */
export const origin = text.transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isOrigin =
    url &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    !url.search &&
    !url.hash &&
    !url.username;
  if (isOrigin) return url.origin;
  context.addIssue('must be an origin such as https://platform.adobe.io, without path and credentials');
  return z.NEVER;
});

export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** A proxy's URL may hold a password, so all of it is secret. */
export const proxyUrl = text
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be a URL such as http://proxy.example:3128',
  })
  .transform((value) => new Secret(value));
