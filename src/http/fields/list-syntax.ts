/*
 * The list syntax that header fields share (RFC 9110, 5.6): elements between commas, parameters after semicolons,
 * values as tokens or quoted strings. A caller decides how long a field is, so each step takes linear time.
 */

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** A name, and its value where it has one. No two neighbouring parts can match the same character. */
const directive = new RegExp(
  `^[ \\t]*(${token})(?:[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token})))?[ \\t]*$`,
);

/** `escapes` is false where a backslash means itself, as in an entity tag (RFC 9110, 8.8.3). */
export interface SplitOptions {
  readonly escapes: boolean;
}

/** The parts of a field between separators. A separator within quotes separates nothing. Parts keep their spaces. */
export function splitOutsideQuotes(field: string, separator: string, { escapes }: SplitOptions): string[] {
  const parts: string[] = [];
  let begin = 0;
  let isQuoted = false;
  for (let at = 0; at < field.length; at += 1) {
    const character = field[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted && escapes && character === '\\') at += 1;
    else if (character === separator && !isQuoted) {
      parts.push(field.slice(begin, at));
      begin = at + 1;
    }
  }
  parts.push(field.slice(begin));
  return parts;
}

/**
 * The directives of `Cache-Control` (RFC 9111, 5.2) or the preferences of `Prefer` (RFC 7240, 2), by name in lower
 * case; an empty text for one without a value. Of two with the same name the first counts. What follows a semicolon
 * belongs to the directive before it and is not one itself. An element that breaks the syntax is ignored.
 */
export function readDirectives(field: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>();
  for (const element of splitOutsideQuotes(field, ',', { escapes: true })) {
    const [head = ''] = splitOutsideQuotes(element, ';', { escapes: true });
    const [, name, quoted, plain = ''] = directive.exec(head) ?? [];
    if (name === undefined || directives.has(name.toLowerCase())) continue;
    directives.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain);
  }
  return directives;
}
