import type { Dispatcher } from 'undici';
import type { AnswerHeaders } from '../ims/http-answer.ts';

/** An answer as it came, before its content coding and its charset. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly bytes: Buffer;
}

const noBytes = Buffer.alloc(0);

/**
 * One request and its answer, read whole, on undici's `dispatch`: `request` would make a stream of each
 * answer, and a promise and a copy of that. Decision 0010 has the figures.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** The answer, or undici's error. */
  readonly answer: Promise<WireAnswer>;
  /**
   * Whether a byte of the request may be out. undici says `onRequestStart` right before it writes, on a connection
   * that is there: until then there was a name to resolve, a proxy to ask, TLS to agree on, or a queue.
   */
  isSent = false;
  /** Known as soon as the answer has begun. */
  status: number | undefined;
  headers: AnswerHeaders = {};
  readonly #settle = Promise.withResolvers<WireAnswer>();
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #cutOff: Error | undefined;

  constructor(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions) {
    this.answer = this.#settle.promise;
    dispatcher.dispatch(options, this);
  }

  /** What has come of the body, be it not the whole. */
  received(): Buffer {
    const [first = noBytes, ...more] = this.#chunks;
    return more.length === 0 ? first : Buffer.concat(this.#chunks);
  }

  /** Aborts it, with `reason` instead of an answer. */
  cutOff(reason: Error): void {
    this.#cutOff = reason;
    // One that still waits for its connection has no controller yet, and is ended when it gets one.
    this.#controller?.abort(reason);
    this.#settle.reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cutOff !== undefined) controller.abort(this.#cutOff);
    else this.isSent = true;
  }

  onResponseStart(_controller: unknown, status: number, headers: AnswerHeaders): void {
    // 1xx announces the answer.
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle.resolve({ status: this.status ?? 0, headers: this.headers, bytes: this.received() });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#settle.reject(error);
  }
}
