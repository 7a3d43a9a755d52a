/** Takes the organization's id out of a text of Adobe's, which may be JSON. What it leaves of JSON is JSON. */
export type OrganizationMask = (text: string) => string;

/** What stands where the id was. */
export const organizationMask = '[organization]';

/** `@AdobeOrg`, with the `@` as it is or percent-encoded, once or twice. */
const suffix = '(?:@|%(?:25)?40)AdobeOrg';
/**
 * Any organization's id, because Adobe's own samples quote somebody else's. It finds the end of an id, which is rare,
 * and looks back from there: tried at each word of the text, it took 440 µs for a page of 50 jobs, and not 30.
 */
const anyId = new RegExp(`AdobeOrg(?<=([a-z0-9_-]+${suffix}))`, 'gi');

/** A shorter name may be a usual word of a sentence. */
const shortestBareId = 8;
/** A name of at least this length is masked within a longer word, too. */
const longBareId = 16;

/** After no letter, or after one that is the end of an escape: `%2F`, `\\n`. */
const wordBegins = String.raw`(?:(?<![a-z0-9])|(?<=%[0-9a-f]{2})|(?<=\\[bfnrt]))`;

/**
 * Callers must not see the organization's id. Adobe quotes it in refusals, in paths and in error messages, in upper or
 * lower case, percent-encoded, with or without `@AdobeOrg`.
 */
export function createOrganizationMask(orgId: string): OrganizationMask {
  const bareId = orgId.split('@')[0] ?? '';
  // A number without the suffix might be a number of the JSON.
  const isBareToo = bareId.length >= shortestBareId && /\D/.test(bareId);
  const pattern = (write: (text: string) => string) => {
    if (!isBareToo) return new RegExp(write(bareId) + suffix, 'gi');
    const bounds = bareId.length >= longBareId ? ['', ''] : [wordBegins, '(?![a-z0-9])'];
    return new RegExp(`${bounds.join(write(bareId))}(?:${suffix})?`, 'gi');
  };
  const plain = pattern(quote);
  const encoded = pattern(encodable);

  return (text) => {
    const readable = text.includes('\\u') ? unescapeLetters(text) : text;
    const masked = readable.replace(plain, organizationMask);
    // The slower pattern only for a text with a `%`, because this is done with every answer.
    const decoded = masked.includes('%') ? masked.replace(encoded, organizationMask) : masked;
    return maskAnyId(decoded);
  };
}

function maskAnyId(text: string): string {
  let masked = '';
  let from = 0;
  for (const { index, 0: end, 1: id = '' } of text.matchAll(anyId)) {
    const idEnd = index + end.length;
    masked += text.slice(from, Math.max(from, idEnd - id.length)) + organizationMask;
    from = idEnd;
  }
  return from === 0 ? text : masked + text.slice(from);
}

/** Each character as it is or percent-encoded, once or twice. */
function encodable(text: string): string {
  const either = [...text].map((one) => {
    const hex = one.charCodeAt(0).toString(16).padStart(2, '0');
    return `(?:${quote(one)}|%(?:25)?${hex})`;
  });
  return either.join('');
}

function quote(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9]/g, '\\$&');
}

/**
 * `\u0040` is an `@` to whoever reads the JSON. Quotes and backslashes stay escaped, and so does what comes
 * after a backslash that is itself escaped.
 */
function unescapeLetters(json: string): string {
  return json.replaceAll(/\\(?:u00([2-7][0-9a-f])|[\s\S])/gi, (escaped, hex: string | undefined) => {
    const letter = hex === undefined ? '' : String.fromCharCode(Number.parseInt(hex, 16));
    return letter === '' || letter === '"' || letter === '\\' ? escaped : letter;
  });
}
