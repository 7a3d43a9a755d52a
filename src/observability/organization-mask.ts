/** Takes the organization's id out of a text of Adobe's, which may be JSON. What it leaves of JSON is JSON. */
export type OrganizationMask = (text: string) => string;

const mask = '[organization]';

/**
 * Whose id it is does not matter: Adobe's own samples quote somebody else's. It begins where a word begins, so that
 * each place of a long text is looked at once.
 */
const suffix = '(?:@|%(?:25)?40)AdobeOrg';
const anyId = new RegExp(`(?<![a-z0-9_-])[a-z0-9_-]+${suffix}`, 'gi');
const anySuffix = /adobeorg/i;

/** A shorter name is a word that a sentence may hold. */
const shortestBareId = 8;
/** What is at least as long is no part of another word: it is found in the middle of one, too. */
const longBareId = 16;

/** After no letter, or after one that is the end of an escape: `%2F`, `\\n`. */
const wordBegins = String.raw`(?:(?<![a-z0-9])|(?<=%[0-9a-f]{2})|(?<=\\[bfnrt]))`;

/**
 * The organization's id belongs to no caller: Adobe quotes it in refusals, in paths and in texts of failures,
 * in whatever case, percent-encoded, with or without `@AdobeOrg`.
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
    const masked = readable.replace(plain, mask);
    // What is rare is looked for only where there is a sign of it: this is done with every answer.
    const decoded = masked.includes('%') ? masked.replace(encoded, mask) : masked;
    return anySuffix.test(decoded) ? decoded.replace(anyId, mask) : decoded;
  };
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
