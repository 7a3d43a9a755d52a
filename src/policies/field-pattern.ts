/** The segments of a dotted path, in which `*` stands for one name. */
export type FieldPattern = readonly string[];

/** One name of a path. Digits alone may be a place in an array, which other spellings leave out. */
const name = String.raw`(?!\d+(?:\.|$))[A-Za-z0-9_-]+`;

const plainPath = new RegExp(String.raw`^${name}(?:\.${name})*$`);

/** How a pattern is written: names, or `*` in the place of whole ones, with dots between them. */
export const patternForm = new RegExp(String.raw`^(?:\*|${name})(?:\.(?:\*|${name}))*$`);

/** @param text of `patternForm` */
export function parsePattern(text: string): FieldPattern {
  const segments = text.split('.');
  // An export of a name is one of all that is below it, so `a.*` says no more and no less than `a`.
  return segments.length > 1 && segments.at(-1) === '*' ? segments.slice(0, -1) : segments;
}

/** The names of a field, or nothing where it cannot be told what Platform would take it for. */
export function parseField(field: string): readonly string[] | undefined {
  return plainPath.test(field) ? field.split('.') : undefined;
}

/** Whether an export of the field is one of nothing but what the pattern covers: the same place, or one below it. */
export function covers(pattern: FieldPattern, field: readonly string[]): boolean {
  return pattern.length <= field.length && agree(pattern, field);
}

/**
 * Whether an export of the field is also one of something that the pattern covers: the same place, one below it, or one
 * above it, which exports all below.
 *
 * @param pattern in lower case, and `field` too
 */
export function touches(pattern: FieldPattern, field: readonly string[]): boolean {
  return agree(pattern, field);
}

/** Whether the two are the same as far as both go. */
function agree(pattern: FieldPattern, field: readonly string[]): boolean {
  const length = Math.min(pattern.length, field.length);
  for (let at = 0; at < length; at += 1) {
    if (pattern[at] !== '*' && pattern[at] !== field[at]) return false;
  }
  return true;
}

export const toLowerCase = (segments: readonly string[]): readonly string[] =>
  segments.map((segment) => segment.toLowerCase());
