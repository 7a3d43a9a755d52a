import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { refuseByProfile, sendJson } from './answers.ts';

const paths: readonly [path: RegExp, methods: readonly string[]][] = [
  [/^\/ims\/(token\/v[23]|exchange\/jwt|validate_token\/v1|invalidate_token\/v2)\/?$/, ['POST']],
  [/^\/ims\/organizations\/v6\/?$/, ['GET', 'HEAD']],
  [/^\/data\/core\/ups\/export\/jobs\/?$/, ['GET', 'HEAD', 'POST']],
  [/^\/data\/core\/ups\/export\/jobs\/[^/]+\/?$/, ['GET', 'HEAD', 'DELETE']],
];

/** Whatever no route took: 405 for a path that there is, 404 for one that there is not. */
export const explainUnknown: RequestHandler = (request, response) => {
  const methods = paths.find(([path]) => path.test(request.path))?.[1];
  if (methods === undefined) {
    return explain(response, request.path, 404, `There is no ${request.method} ${request.path}`);
  }
  response.set('allow', methods.join(', '));
  explain(response, request.path, 405, `${request.method} is not allowed for ${request.path}`);
};

/** A body that cannot be read, a path that cannot be decoded: a sentence, and never a stack. */
export const explainFault: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) return next(error);
  const isWish = error instanceof z.ZodError;
  const { status, message }: { status?: unknown; message?: unknown } = Object(error);
  const isCallers = typeof status === 'number' && status >= 400 && status < 500;
  const sentence = isWish ? z.prettifyError(error) : isCallers ? String(message) : 'Internal error';
  explain(response, request.originalUrl, isWish ? 400 : isCallers ? status : 500, sentence);
};

/** In the words of whoever would have answered: people at `/control`, IMS, or the profile service. */
function explain(response: Response, path: string, status: number, sentence: string): void {
  if (!response.get('x-request-id')) response.set('x-request-id', randomUUID());
  if (/^\/control\b/i.test(path)) {
    response.status(status).type('text').end(`${sentence}\nSee emulator/README.md.\n`);
  } else if (/^\/ims\b/i.test(path)) {
    sendJson(response, status, { error: 'invalid_request', error_description: sentence });
  } else refuseByProfile(response, sentence, { status });
}
