import { hash } from 'node:crypto';

/** A JSON document as it is sent to callers. It never changes. */
export interface Representation {
  /** A string and not its bytes, which would be kept outside of JavaScript's heap; to encode it costs no more. */
  readonly json: string;
  /** About how many bytes of memory it takes. */
  readonly size: number;
  /** Identifies this text: equal texts have equal tags (RFC 9110, 8.8.3: a strong validator). */
  readonly tag: string;
}

export function toRepresentation(json: string): Representation {
  const { length } = json;
  // V8 keeps a string as two bytes a character, unless one byte is enough for each.
  const size = Buffer.byteLength(json) === length ? length : 2 * length;
  return { json, size, tag: tagOf(json) };
}

/** A short name for a text, by its content. */
export function tagOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 27);
}
