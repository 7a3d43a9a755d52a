import { closeAfter, leavesBodyUnread } from './close-after.ts';
import { scopeOf } from './request-scope.ts';
import type { RoutedResponse } from './routed.ts';
import { type Headers, securityHeaders } from './security-headers.ts';

const securityHead = Object.entries(securityHeaders).flat();

interface Answer {
  readonly status: number;
  /** A text that is sent as it is, or what becomes JSON; nothing for an answer without a body. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Headers;
}

/**
 * The one place where an answer is written, in one piece. Its headers are what is named here and by the
 * caller of this function: nothing of what upstream sent is copied, on errors neither.
 */
export function answer(response: RoutedResponse, { status, body, contentType, headers }: Answer): void {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const length = text === undefined ? 0 : Buffer.byteLength(text);
  const head = beginHead(response);
  if (text !== undefined) {
    head.push('content-type', contentType ?? 'application/json; charset=utf-8');
    head.push('content-length', String(length));
  }
  // Jobs are the business of whoever asked: no cache in between keeps them, and the caller's own asks each time.
  head.push('cache-control', 'private, no-cache');
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) head.push(name, value);
  }
  if (leavesBodyUnread(response)) {
    head.push('connection', 'close');
    closeAfter(response);
  }
  response.writeHead(status, head);
  // A text of nothing but ASCII is the same in both, and written in a third of the memory.
  response.end(text, length === text?.length ? 'latin1' : 'utf8');
  scopeOf(response).whenAnswered?.();
}

/**
 * What every answer has, a stream of events too: names and values in turn, which is how Node writes a head the
 * soonest.
 */
export function beginHead(response: RoutedResponse): string[] {
  // A host's; helmet takes it away as well.
  response.removeHeader('x-powered-by');
  return [...securityHead, 'x-request-id', scopeOf(response).requestId];
}

/** What an answer depends on, with what a host application has said that its own part depends on. */
export function vary(response: RoutedResponse, name: string): string {
  const given = response.getHeader('vary');
  return given === undefined ? name : `${given}, ${name}`;
}
