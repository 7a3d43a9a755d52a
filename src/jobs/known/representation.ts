import { hash } from 'node:crypto';

/** A JSON document as it is sent. It never changes, so its bytes and its tag are made once, when first needed. */
export class Representation {
  #text: string | undefined;
  #bytes: Buffer | undefined;
  #tag: string | undefined;

  /** How many bytes it has. */
  readonly size: number;

  constructor(json: string) {
    this.#text = json;
    this.size = Buffer.byteLength(json);
  }

  get json(): string {
    return this.#text ?? this.bytes.toString();
  }

  get bytes(): Buffer {
    if (this.#bytes === undefined) {
      const text = this.#text ?? '';
      // Of its own: a piece of Node's shared pool would keep the whole pool alive for as long as this is known.
      this.#bytes = Buffer.allocUnsafeSlow(this.size);
      this.#bytes.write(text);
      this.#text = undefined;
    }
    return this.#bytes;
  }

  /** Names these very bytes: the inside of a strong `ETag` (RFC 9110, 8.8.3), and an event's id. */
  get tag(): string {
    this.#tag ??= hash('sha256', this.bytes, 'base64url').slice(0, 27);
    return this.#tag;
  }

  says(json: string): boolean {
    return this.json === json;
  }
}
