/** What is certainly wrong with a text that somebody has set, whatever it is for. */

const quotePairs: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '\u201c': '\u201d',
  '\u201e': '\u201c',
  '\u2018': '\u2019',
  '\u00ab': '\u00bb',
};

/** Control and format characters, spaces that are no plain space, what a wrong encoding leaves, halves of a pair. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffd]|(?! )\p{Zs}/u;

/** Of a template that was not filled in: `<your client id>`, `${CLIENT_ID}`, `{{ .Values.clientId }}`. */
const placeholder = /^(?:<.*>|\$\{.*\}|\{\{.*\}\})$/;

/** Without the blanks and line ends around it: a CRLF file of variables leaves a `\r` behind each value. */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

/**
 * A sentence about quotes that have become part of the value (`docker run --env-file` keeps them), an invisible
 * character, or a placeholder; undefined for a text that may be right. The sentence contains nothing of the text.
 */
export function textFault(text: string, { mayHaveLines = false } = {}): string | undefined {
  const [first = '', last = ''] = [text.at(0), text.at(-1)];
  if (text.length > 1 && quotePairs[first] === last) {
    return `has quotes (${first}${last}) around it, which are a part of the value: leave them out`;
  }
  const seen = mayHaveLines ? text.replaceAll(/[\r\n\t]/g, ' ') : text;
  const found = unseen.exec(seen);
  if (found)
    return `has a character that cannot be seen (${codePoint(found[0])}) at position ${found.index + 1}`;
  if (placeholder.test(seen)) return 'is a placeholder that nobody has filled in';
  return undefined;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
