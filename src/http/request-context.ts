import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../observability/clock.ts';
import type { UpstreamCall } from '../platform/call.ts';
import { pathOf } from './fields/request-target.ts';
import { toUriReference } from './fields/uri-reference.ts';
import type { Occurrence } from './problems/problem.ts';

/** One request while it is served: what answers say of it, and what its log line tells in the end. */
export interface RequestContext {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly response: Response;
  /** Where the router is mounted: empty at the root, otherwise a path such as `/exports`. */
  readonly mountPath: string;
  /** As it came, below the host's own path too. */
  readonly target: string;
  readonly upstreamCalls: UpstreamCall[];
  sandbox?: string;
  /** The job that the request is about, or that it has created. */
  jobId?: string;
  /** Where the answer came from, as `Cache-Status` says it. */
  cacheStatus?: string;
  /** What went wrong, in the operator's words. */
  failure?: { readonly code: string; readonly message: string; readonly stack?: string };
  /** Set when the request broke off while it was served, and was refused for that. */
  isRefused?: boolean;
  /** Set when the caller has gone before its answer: called as soon as that answer would have been sent. */
  whenAnswered?: () => void;
}

const contextKey = Symbol('the context of a request');

interface WithContext extends ServerResponse {
  [contextKey]?: RequestContext;
}

const wellFormedId = /^[A-Za-z0-9._-]{1,128}$/;

export interface ContextOptions {
  readonly clock: Clock;
  /** Called once for each request, when its answer is out or its caller is gone. */
  readonly whenOver: (request: Request, response: Response) => void;
}

/** Gives each request its context, with an id: the caller's own where that is well formed. Every answer says it. */
export function openContext({ clock, whenOver }: ContextOptions): RequestHandler {
  return (request, response: Response & WithContext, next) => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && wellFormedId.test(given) ? given : randomUUID();
    response[contextKey] = {
      requestId,
      startedAtMs: clock.now(),
      clock,
      response,
      mountPath: request.baseUrl === '' ? '' : toUriReference(request.baseUrl),
      target: request.originalUrl,
      upstreamCalls: [],
    };
    response.setHeader('x-request-id', requestId);
    response.on('close', () => whenOver(request, response));
    next();
  };
}

/** Nothing for what has not come as far as our router. */
export function findContext(response: WithContext): RequestContext | undefined {
  return response[contextKey];
}

export function contextOf(response: ServerResponse): RequestContext {
  const context = findContext(response);
  if (context === undefined) throw new TypeError('The context is opened before anything else is done');
  return context;
}

/** What a problem says of the request that it happened to. */
export function occurrenceOf({ requestId, mountPath, target }: RequestContext): Occurrence {
  return { requestId, mountPath, instance: toUriReference(pathOf(target)) };
}
