import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Fault } from '../problems/fault.ts';
import { answer } from './answer.ts';
import { recordRefusal } from './audited.ts';
import { MethodNotAllowed, NotFound } from './errors.ts';
import { problemHeaders, toProblem } from './problems/problem.ts';
import { toFault } from './problems/to-fault.ts';
import { contextOf, occurrenceOf, type RequestContext } from './request-context.ts';

/** For a path that exists, after all methods that it knows. */
export function methodNotAllowed(...allow: string[]): RequestHandler {
  return (request: Request) => {
    const known = `${allow.join(', ')} ${allow.length === 1 ? 'is' : 'are'}`;
    throw new MethodNotAllowed(`${request.method} is not known here; ${known}.`, { allow });
  };
}

/** For every path that no route has taken. */
export const notFound: RequestHandler = (_request, response) => {
  const { mountPath } = contextOf(response);
  throw new NotFound(`There is nothing at this path. What there is: ${mountPath}/openapi.json.`);
};

/** The one place that turns errors into answers and hands them to the log line, once each. */
export const answerWithProblem: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  recordRefusal(request, response, error);
  fail(response, error);
};

/** Answers a request that breaks off while its handler still waits for something, and closes its connection. */
export function refuseBroken(context: RequestContext, fault: Fault): void {
  const { response } = context;
  if (!response.headersSent) response.set('connection', 'close');
  fail(response, fault);
  context.isRefused = true;
}

function fail(response: Response, error: unknown): void {
  const context = contextOf(response);
  // Its request broke off and was answered as that; what its handler then makes of it is of no interest.
  if (context.isRefused) return;
  const fault = toFault(error);
  const stack = fault.code === 'internal-error' && error instanceof Error ? error.stack : undefined;
  const { startedJobId, runningJobId } = fault.details;
  const jobId = startedJobId ?? runningJobId;
  if (jobId !== undefined) context.jobId = jobId;
  context.failure = { code: fault.code, message: fault.message, ...(stack !== undefined && { stack }) };
  // An answer that has begun is cut off; one that is complete stays.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const occurrence = occurrenceOf(context);
  const headers = problemHeaders(fault, occurrence);
  if (headers['cache-status'] !== undefined) context.cacheStatus = headers['cache-status'];
  const problem = toProblem(fault, occurrence);
  const contentType = 'application/problem+json; charset=utf-8';
  answer(response, { status: problem.status, body: problem, contentType, headers });
}
