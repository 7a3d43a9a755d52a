import type { Response } from 'express';
import { scopeOf } from './request-scope.ts';

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The one place where an answer is written. Its headers are what is named here and by the caller of this
 * function: nothing of what upstream sent is copied, on errors neither.
 */
export function answer(response: Response, { status, body, contentType, headers = {} }: Answer): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  response.statusCode = status;
  response.setHeader('content-type', contentType ?? 'application/json; charset=utf-8');
  response.setHeader('content-length', bytes.length);
  // Jobs are the business of whoever asked: no cache in between keeps them.
  response.setHeader('cache-control', 'private, no-cache');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(bytes);
  scopeOf(response).whenAnswered?.();
}
