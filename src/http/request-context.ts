import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import type { Caller } from '../callers/caller.ts';
import type { AuditRecorder } from '../jobs/auditing/audit-recorder.ts';
import type { Clock } from '../observability/clock.ts';
import type { UpstreamCall } from '../platform/call.ts';
import { pathOf } from './fields/request-target.ts';
import { toUriReference } from './fields/uri-reference.ts';
import type { Occurrence } from './problems/problem.ts';
import { notProxied, type Proxied } from './proxies/proxied.ts';

/** One request while it is served: what answers say of it, and what its log line tells in the end. */
export interface RequestContext {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly response: Response;
  /** What a gateway has taken off the path: empty, or a path such as `/exports`. */
  readonly prefix: string;
  /** Where links begin: at the prefix, and below it where the router is mounted. Empty, or a path such as `/exports`. */
  readonly mountPath: string;
  /** As it came, below the host's own path too. */
  readonly target: string;
  readonly upstreamCalls: UpstreamCall[];
  /** For whom a trusted proxy says that it sends the request. Never a reason to allow anything. */
  readonly user: string | undefined;
  /** Who sends it, once that is known. */
  caller?: Caller;
  sandbox?: string;
  /** The job that the request is about, or that it has created. */
  jobId?: string;
  /** Where the answer came from, as `Cache-Status` says it. */
  cacheStatus?: string;
  /** What went wrong, in the operator's words. */
  failure?: { readonly code: string; readonly message: string; readonly stack?: string };
  /** Its line in the audit trail, where it gets one. */
  recorder?: AuditRecorder;
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
  /** What trusted proxies say of the original request; nothing unless given. */
  readonly proxied?: Proxied;
  /** Called once for each request, when its answer is out or its caller is gone. */
  readonly whenOver: (request: Request, response: Response) => void;
}

/** Gives each request its context, with an id: the caller's own where that is well formed. Every answer says it. */
export function openContext({ clock, proxied = notProxied, whenOver }: ContextOptions): RequestHandler {
  return (request, response: Response & WithContext, next) => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && wellFormedId.test(given) ? given : randomUUID();
    const prefix = proxied.prefixOf(request);
    response[contextKey] = {
      requestId,
      startedAtMs: clock.now(),
      clock,
      response,
      prefix,
      mountPath: request.baseUrl === '' ? prefix : prefix + toUriReference(request.baseUrl),
      user: proxied.userOf(request),
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
export function occurrenceOf({ requestId, prefix, mountPath, target }: RequestContext): Occurrence {
  return { requestId, mountPath, instance: prefix + toUriReference(pathOf(target)) };
}
