const utf8 = new TextDecoder();

/** What a decoder writes for bytes that are not UTF-8. */
const replacement = '\uFFFD';

/**
 * A body as text. JSON is UTF-8 (RFC 8259, 8.1), and so nearly all bodies are; UTF-16 is recognised by its mark or
 * by its zeros (RFC 4627, 3), and what is not UTF-8 is read in the charset that the media type names. A byte order
 * mark is no part of the text.
 */
export function bodyText(bytes: Uint8Array, contentType: string | undefined): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes);
  const text = utf8.decode(bytes);
  // A charset that is named wrongly is more frequent than other bytes that happen to be good UTF-8.
  return text.includes(replacement) ? (decodeAs(charsetOf(contentType), bytes) ?? text) : text;
}

function utf16Of([first, second, third]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === undefined || second === undefined) return undefined;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0 && third !== 0) return 'utf-16le';
  return first === 0 && second !== 0 ? 'utf-16be' : undefined;
}

function charsetOf(contentType = ''): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1];
}

function decodeAs(charset: string | undefined, bytes: Uint8Array): string | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset that nobody knows.
    return undefined;
  }
}
