import type { Request, Response } from 'express';
import { TooManyRequests } from '../../callers/errors.ts';
import type { CountRequest, LimitedKind, Standing } from '../../callers/limits/caller-limits.ts';
import { contextOf } from '../request-context.ts';
import type { Check } from '../unless-refused.ts';

/** Refuses a known caller that asks too often, and tells each one that is limited how much it has left. */
export function limitCallers(countRequest: CountRequest): Check {
  return (request, response) => {
    const { caller } = contextOf(response);
    // A preflight is the browser's own question, and costs nothing.
    if (caller === undefined || request.method === 'OPTIONS') return;
    const standing = countRequest(caller, kindOf(request));
    if (standing === undefined) return;
    if (!(standing instanceof Promise)) return judge(response, standing);
    return standing.then((found) => judge(response, found));
  };
}

/** @throws TooManyRequests */
function judge(response: Response, standing: Standing): void {
  tell(response, standing);
  if (standing.isOver) throw tooMany(standing);
}

/** A ticket is made to read a job. */
const ticketsPath = /\/events\/tickets\/?$/;

/** Whatever is not a read counts as a write, also a method that no route has. */
function kindOf({ method, path }: Request): LimitedKind {
  if (method === 'GET' || method === 'HEAD') return 'reads';
  return method === 'POST' && ticketsPath.test(path) ? 'reads' : 'writes';
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10: lists of strings with parameters (RFC 9651), times in seconds. */
function tell(response: Response, { kind, perMinute, left, resetsInMs }: Standing): void {
  response.setHeader('ratelimit-policy', `"${kind}";q=${perMinute};w=60`);
  response.setHeader('ratelimit', `"${kind}";r=${left};t=${Math.ceil(resetsInMs / 1000)}`);
}

function tooMany({ kind, perMinute, resetsInMs }: Standing): TooManyRequests {
  const detail = `This caller's limit of ${kind} (${perMinute} a minute) is used up. Its present minute ends in ${Math.ceil(resetsInMs / 1000)} s.`;
  return new TooManyRequests(detail, { retryAfterMs: resetsInMs });
}
