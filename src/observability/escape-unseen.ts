/** Controls, what formats or reorders text without being seen, and separators of lines and paragraphs. */
export const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Writes what acts on a terminal or a viewer instead of being seen as JSON escapes it: `\u009b` begins a command to a
 * terminal as the Escape character does, and `\u2028` ends a line for some readers of logs. In a JSON text the value
 * stays the same.
 */
export function escapeUnseen(text: string): string {
  return text.replaceAll(unseen, (found) => {
    const units = Array.from({ length: found.length }, (_, at) => found.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

/** The same for a line, whose own end stays. */
export const escapeLine = (line: string) => `${escapeUnseen(line.slice(0, -1))}\n`;
