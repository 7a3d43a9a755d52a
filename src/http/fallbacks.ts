import type { ErrorRequestHandler } from 'express';
import { answer } from './answer.ts';
import { MethodNotAllowed, NotFound, UnreadableRequest } from './errors.ts';
import type { Step } from './in-one-layer.ts';
import { problemHeaders, toProblem } from './problems/problem.ts';
import { toFault } from './problems/to-fault.ts';
import { occurrenceOf, scopeOf } from './request-scope.ts';
import type { Handler } from './routed.ts';

/** For a path that exists, after all methods that it knows. */
export function methodNotAllowed(...allow: string[]): Handler {
  return (request) => {
    throw new MethodNotAllowed(`${request.method} is not known here; ${allow.join(', ')} are.`, { allow });
  };
}

/** HTTP/1.1 asks for it (RFC 9112, 3.2). */
export const requireHost: Step = (request) => {
  if (request.httpVersion === '1.1' && request.headers.host === undefined) {
    throw new UnreadableRequest('The request has no Host header.');
  }
};

/** For every path that no route has taken. */
export const notFound: Handler = () => {
  throw new NotFound('There is nothing at this path. What there is: /openapi.json.');
};

/** The one place that turns errors into answers and hands them to the log line, once each. */
export const answerWithProblem: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  const fault = toFault(error);
  const scope = scopeOf(response);
  const stack = fault.code === 'internal-error' && error instanceof Error ? error.stack : undefined;
  if (fault.details.startedJobId !== undefined) scope.jobId = fault.details.startedJobId;
  scope.failure = { code: fault.code, message: fault.message, ...(stack !== undefined && { stack }) };
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const headers = problemHeaders(fault);
  if (headers['cache-status'] !== undefined) scope.cacheStatus = headers['cache-status'];
  const problem = toProblem(fault, occurrenceOf(request, response));
  answer(response, {
    status: problem.status,
    body: problem,
    contentType: 'application/problem+json; charset=utf-8',
    headers,
  });
};
