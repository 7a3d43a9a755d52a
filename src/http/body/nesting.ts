import { jsonStrings } from './json-strings.ts';

/** A job has at most five levels. */
export const mostLevels = 32;

/** Quote or bracket: all that says how deep a text is, or hides it. */
const tokens = () => /["{}[\]]/g;

/**
 * Whether a text has more than `mostLevels` objects and arrays within each other. It is asked before the text is
 * parsed, so that nothing is built of it, and stops at the first level too many. Without recursion.
 *
 * @param text JSON or not: what is none is left to the parser
 */
export function isNestedTooDeeply(text: string): boolean {
  const token = tokens();
  const string = jsonStrings();
  let levels = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    switch (found[0]) {
      case '"': {
        string.lastIndex = found.index;
        const quoted = string.exec(text);
        if (quoted === null) return false;
        token.lastIndex = found.index + quoted[0].length;
        break;
      }
      case '{':
      case '[':
        levels += 1;
        if (levels > mostLevels) return true;
        break;
      default:
        levels -= 1;
    }
  }
  return false;
}
