import { hash } from 'node:crypto';

/** A JSON document as it is sent. It never changes. */
export interface Representation {
  /** A text and not its bytes, which would live outside of JavaScript's memory: to encode it costs no more. */
  readonly json: string;
  /** About how many bytes of memory it takes. */
  readonly size: number;
  /** Names these very bytes: the inside of a strong `ETag` (RFC 9110, 8.8.3), and an event's id. */
  readonly tag: string;
}

/** A text that is kept. Its tag is made once, when it is first needed. */
export class TextRepresentation implements Representation {
  readonly json: string;
  readonly size: number;
  #tag: string | undefined;

  constructor(json: string) {
    this.json = json;
    const { length } = json;
    // V8 keeps a text as two bytes a character unless one is enough.
    this.size = Buffer.byteLength(json) === length ? length : 2 * length;
  }

  get tag(): string {
    this.#tag ??= toTag(this.json);
    return this.#tag;
  }
}

/**
 * A page of a list. Its text is made of the jobs' own each time it is sent: kept beside them, it would be moved
 * about in memory for longer than it takes to make, and most are sent once. The jobs' tags name it, which are made
 * once for each state of a job.
 */
export class PageRepresentation implements Representation {
  readonly #jobs: readonly Representation[];
  readonly #end: string;
  #tag: string | undefined;

  /** `next` is the path and query of the next page; `unreadable` how many records of this one could not be read. */
  constructor(jobs: readonly Representation[], next: string | null, unreadable = 0) {
    this.#jobs = jobs;
    this.#end = `"next":${JSON.stringify(next)}${unreadable > 0 ? `,"unreadable":${unreadable}` : ''}}`;
  }

  get json(): string {
    return this.#around(this.#jobs.map(({ json }) => json));
  }

  /** As if no job of it were kept anywhere else. */
  get size(): number {
    return this.#jobs.reduce((sum, { size }) => sum + size, 0);
  }

  get tag(): string {
    this.#tag ??= toTag(this.#around(this.#jobs.map(({ tag }) => tag)));
    return this.#tag;
  }

  #around(jobs: readonly string[]): string {
    return `{"jobs":[${jobs.join()}],${this.#end}`;
  }
}

function toTag(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 27);
}
