import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { UnreadableBody, UnsupportedMediaType } from './errors.ts';
import type { Handler } from './routed.ts';

const largestBodyBytes = 100_000;

/** Asked before the body is read, because the parser would pass over a body of another type in silence. */
export const requireJson: Handler = ({ headers }, _response, next) => {
  const hasBody = headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
  if (!hasBody) throw new UnreadableBody('The request has no body: send the new job as JSON.');
  if (!/^\s*application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? ''))
    throw new UnsupportedMediaType('A new job is sent as application/json.');
  next();
};

export function readJson(): RequestHandler {
  return express.json({
    limit: largestBodyBytes,
    // Any JSON is read, so that `"text"` is answered as «not a job» and not as «not JSON».
    strict: false,
    verify(_request, _response, body, encoding) {
      if (body.length === 0) throw new UnreadableBody('The body is empty: send the new job as JSON.');
      // Read leniently, a damaged id would become another id.
      if (encoding === 'utf-8' && !isUtf8(body)) throw new UnreadableBody('The body is not UTF-8.');
    },
  });
}
