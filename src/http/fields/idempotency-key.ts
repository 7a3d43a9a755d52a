import type { IncomingMessage } from 'node:http';

/*
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): one string of RFC 9651 (3.3.3), in quotes. Many callers
 * leave the quotes out, so a key that needs none is accepted without them.
 */

const longestKey = 255;

/** Printable ASCII; a quote and a backslash are escaped. */
const quotedKey = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** What needs no quotes: no space, no quote or backslash, and nothing that separates members or parameters. */
const bareKey = /^[!#-+\--:<-[\]-~]+$/;

/** A key, nothing where there is none, or what is wrong with it. */
export type ReadKey =
  | { readonly key: string | undefined; readonly fault?: undefined }
  | { readonly key?: undefined; readonly fault: string };

/**
 * Reads the key of a request; `"abc"` and `abc` are the same one. Of two keys, and of a key with parameters, nobody can
 * say which one the caller will send again.
 */
export function readIdempotencyKey(request: Pick<IncomingMessage, 'headers' | 'headersDistinct'>): ReadKey {
  if (request.headers['idempotency-key'] === undefined) return { key: undefined };
  // Node joins what is given several times; together they might look like one.
  const [field = '', ...more] = request.headersDistinct['idempotency-key'] ?? [];
  if (more.length > 0) return { fault: 'must be given once' };
  const quoted = quotedKey.exec(field.trim())?.[1]?.replaceAll(/\\(.)/g, '$1');
  const key = quoted ?? bareKey.exec(field.trim())?.[0];
  if (key !== undefined && key.length >= 1 && key.length <= longestKey) return { key };
  return {
    fault: `must be one string of 1 to ${longestKey} visible ASCII characters, such as "${example}"; one with a space, a quote, a backslash, a comma or a semicolon needs its quotes`,
  };
}

const example = '8e03978e-40d5-43dd-bc93-6894a57f9324';

/** Of an answer that was given before, to the first request with its key. */
export const replayed = { 'idempotent-replayed': 'true' } as const;
