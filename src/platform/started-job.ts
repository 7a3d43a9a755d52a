import type { PlatformAnswer } from './call.ts';
import { readId } from './export-job.ts';
import { fieldsOf } from './read-fields.ts';
import { jobIdOfLocation } from './target-path.ts';

/** The pattern of the ids that callers can ask for. */
const askable = /^[A-Za-z0-9_-]{1,128}$/;

/** Documented on create is `X-Location`; `Location` is HTTP's own (RFC 9110, 10.2.2). */
export const locationHeaders = ['x-location', 'location'];

/** What a create has started that was answered with 2xx, or with where to look: by its body or a header. Pure. */
export function readStartedId(answer: PlatformAnswer, body: unknown, origin: string): string | undefined {
  const { status, text, headers } = answer;
  if ((status < 200 || status >= 300) && status !== 302 && status !== 303) return undefined;
  const ofBody = [
    readId(fieldsOf(Array.isArray(body) ? body[0] : body)?.id),
    body === undefined ? idOfBrokenJson(text) : undefined,
  ];
  const ofHeaders = locationHeaders
    .flatMap((name) => headers[name] ?? [])
    .map((location) => jobIdOfLocation(location, origin));
  return [...ofBody, ...ofHeaders].find((id) => id !== undefined && askable.test(id));
}

/** Quote or bracket. */
const tokens = () => /["{}[\]]/g;
/** The rest of a string and what stands behind a name: sticky, and in one step for each character. */
const strings = () => /([^"\\]*(?:\\.[^"\\]*)*)"/sy;
const values = () => /\s*:\s*(?:(\d+)|"([^"\\]*)")\s*[,}]/y;

/**
 * The id of an object whose text is cut off or broken further on. A number that nothing follows may be the beginning
 * of another one, an id further inside is something else's, and so is one in an error. Pure.
 */
export function idOfBrokenJson(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  const [token, string, value] = [tokens(), strings(), values()];
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] !== '"') {
      depth += found[0] === '{' || found[0] === '[' ? 1 : -1;
      if (depth === 0) return undefined;
      continue;
    }
    string.lastIndex = found.index + 1;
    const [whole, name = ''] = string.exec(text) ?? [];
    if (whole === undefined) return undefined;
    token.lastIndex = string.lastIndex;
    if (depth !== 1) continue;
    if (/^error/i.test(name)) return undefined;
    if (name !== 'id') continue;
    value.lastIndex = string.lastIndex;
    const [, digits, quoted] = value.exec(text) ?? [];
    if (digits !== undefined || quoted !== undefined) return digits ?? quoted;
  }
  return undefined;
}
