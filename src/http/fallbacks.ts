import type { ServerResponse } from 'node:http';
import type { ErrorRequestHandler } from 'express';
import type { Fault } from '../problems/fault.ts';
import { answer } from './answer.ts';
import { MethodNotAllowed, NotFound } from './errors.ts';
import { problemHeaders, toProblem } from './problems/problem.ts';
import { toFault } from './problems/to-fault.ts';
import { occurrenceOf, scopeOf } from './request-scope.ts';
import { type Handler, isRouted, type RoutedRequest, type RoutedResponse } from './routed.ts';

/** For a path that exists, after all methods that it knows. */
export function methodNotAllowed(...allow: string[]): Handler {
  return (request) => {
    throw new MethodNotAllowed(`${request.method} is not known here; ${allow.join(', ')} are.`, { allow });
  };
}

/** For every path that no route has taken. */
export const notFound: Handler = () => {
  throw new NotFound('There is nothing at this path. What there is: /openapi.json.');
};

/** The one place that turns errors into answers and hands them to the log line, once each. */
export const answerWithProblem: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  fail(request, response, error);
};

function fail(request: RoutedRequest, response: RoutedResponse, error: unknown): void {
  const scope = scopeOf(response);
  // Its request broke off and was answered as that; what its handler then makes of it is of no interest.
  if (scope.isRefused) return;
  const fault = toFault(error);
  const stack = fault.code === 'internal-error' && error instanceof Error ? error.stack : undefined;
  if (fault.details.startedJobId !== undefined) scope.jobId = fault.details.startedJobId;
  scope.failure = { code: fault.code, message: fault.message, ...(stack !== undefined && { stack }) };
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const occurrence = occurrenceOf(request, response);
  const headers = problemHeaders(fault, occurrence);
  if (headers['cache-status'] !== undefined) scope.cacheStatus = headers['cache-status'];
  const problem = toProblem(fault, occurrence);
  answer(response, {
    status: problem.status,
    body: problem,
    contentType: 'application/problem+json; charset=utf-8',
    headers,
  });
}

/**
 * Answers a request that broke off, whatever its handler still waits for, and closes its connection. An answer
 * that has begun is cut off; one that is complete stays.
 */
export function refuseBroken(response: ServerResponse, fault: Fault): void {
  const { req: request } = response;
  if (response.writableEnded) return;
  if (!isRouted(request)) {
    response.destroy();
    return;
  }
  if (!response.headersSent) response.setHeader('connection', 'close');
  fail(request, response, fault);
  scopeOf(response).isRefused = true;
}
