/** What may stand in no URI (RFC 3986, 2); among it what would end a `Link` or look like HTML. */
const notInUri = /[^\x21-\x7e]|["<>\\^`{|}]/g;

/** A path as a caller sent it, as text for an answer. Node reads each byte of a target as one character. */
export function toUriReference(path: string): string {
  return path.replaceAll(
    notInUri,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
