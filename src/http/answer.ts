import type { Response } from 'express';
import { closeAfter, leavesBodyUnread } from './connections/close-after.ts';
import { contextOf } from './request-context.ts';

/** By their names in lower case; what is undefined is not sent. */
export type Headers = Readonly<Record<string, string | undefined>>;

interface Answer {
  readonly status: number;
  /** A text that is sent as it is, or what becomes JSON; nothing for an answer without a body. */
  readonly body?: string | object | undefined;
  readonly contentType?: string;
  readonly headers?: Headers;
}

/**
 * The one place where an answer is written, in one piece. Its headers are what is named here and by the caller of
 * this function, besides helmet's and the request's id: nothing of what upstream sent is copied, on errors neither.
 */
export function answer(response: Response, { status, body, contentType, headers = {} }: Answer): void {
  response.statusCode = status;
  // Jobs are private to whoever asked: no cache in between keeps them, and the caller's own asks each time.
  response.setHeader('cache-control', 'private, no-cache');
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) response.setHeader(name, value);
  }
  if (leavesBodyUnread(response)) {
    response.set('connection', 'close');
    closeAfter(response);
  }
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const length = text === undefined ? 0 : Buffer.byteLength(text);
  if (text !== undefined) {
    response.setHeader('content-type', contentType ?? 'application/json; charset=utf-8');
    response.setHeader('content-length', length);
  }
  // Not `response.send`, which would compare conditions once more and in its own way, and make a tag in some hosts.
  // A text of nothing but ASCII is the same in both encodings, and Latin-1 is written in a fraction of the time.
  response.end(text, length === text?.length ? 'latin1' : 'utf8');
  contextOf(response).whenAnswered?.();
}
