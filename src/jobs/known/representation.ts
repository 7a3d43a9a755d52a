import { hash } from 'node:crypto';

/** A JSON document as it is sent. It never changes, so its tag is made once, when it is first needed. */
export class Representation {
  /** A text and not its bytes, which would live outside of JavaScript's memory: to encode it costs no more. */
  readonly json: string;
  #tag: string | undefined;

  constructor(json: string) {
    this.json = json;
  }

  /** About how many bytes of memory it takes: V8 keeps a text as two bytes a character unless one is enough. */
  get size(): number {
    const { length } = this.json;
    return Buffer.byteLength(this.json) === length ? length : 2 * length;
  }

  /** Names these very bytes: the inside of a strong `ETag` (RFC 9110, 8.8.3), and an event's id. */
  get tag(): string {
    this.#tag ??= hash('sha256', this.json, 'base64url').slice(0, 27);
    return this.#tag;
  }
}
