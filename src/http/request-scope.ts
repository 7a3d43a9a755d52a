import { randomUUID } from 'node:crypto';
import type { Clock } from '../observability/clock.ts';
import type { UpstreamCall } from '../platform/call.ts';
import type { Caller } from './caller.ts';
import { toUriReference } from './fields/uri-reference.ts';
import type { Step } from './in-one-layer.ts';
import { headerOf, pathOf, type RoutedRequest, type RoutedResponse, toOriginForm } from './routed.ts';

/** What is known of one request while it is served; read by the log line at its end. */
export interface RequestScope {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly clock: Clock;
  /** Where the router is mounted: empty at the root, otherwise a path such as `/exports`. */
  readonly mountPath: string;
  readonly upstreamCalls: UpstreamCall[];
  caller?: Caller;
  sandbox?: string;
  /** The job that the request is about, or that it has created. */
  jobId?: string;
  /** Where the answer came from, as `Cache-Status` says it. */
  cacheStatus?: string;
  /** Set when the caller has gone before there was an answer: called when it is known what the answer would have been. */
  whenAnswered?: () => void;
  /** Set when the request broke off while it was being answered, and was refused for it. */
  isRefused?: boolean;
  /** What went wrong, in the operator's words. */
  failure?: { readonly code: string; readonly message: string; readonly stack?: string };
}

const scopeKey = Symbol('the scope of a request');

interface Scoped extends RoutedResponse {
  [scopeKey]?: RequestScope;
}

const wellFormedId = /^[A-Za-z0-9._-]{1,128}$/;

/** Gives each request an id, the caller's own where it is well formed, which `answer` says. */
export function openScope(clock: Clock): Step {
  return (request, response: Scoped) => {
    const given = headerOf(request, 'x-request-id');
    const requestId = given !== undefined && wellFormedId.test(given) ? given : randomUUID();
    response[scopeKey] = {
      requestId,
      startedAtMs: clock.now(),
      clock,
      mountPath: toUriReference(request.baseUrl),
      upstreamCalls: [],
    };
  };
}

export function scopeOf(response: Scoped): RequestScope {
  const scope = response[scopeKey];
  if (scope === undefined)
    throw new TypeError('The scope of a request is opened before anything is done for it');
  return scope;
}

/** What a problem says of the request that it happened to. */
export function occurrenceOf(request: RoutedRequest, response: RoutedResponse) {
  const { requestId, mountPath } = scopeOf(response);
  return {
    requestId,
    mountPath,
    instance: toUriReference(pathOf({ url: toOriginForm(request.originalUrl) })),
  };
}

const noQuery = new URLSearchParams();

/** Read from the URL itself: a host application may have set its own query parser. */
export function queryOf(request: RoutedRequest): URLSearchParams {
  const begin = request.url.indexOf('?');
  return begin < 0 ? noQuery : new URLSearchParams(request.url.slice(begin + 1));
}
