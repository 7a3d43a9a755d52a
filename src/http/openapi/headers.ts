import { z } from 'zod';
import { limitHeaders, requestId } from './problem-responses.ts';

/* The headers of requests and answers about jobs, by what they are for. */

export const sandboxHeaders = {
  'x-sandbox-name': z.string().optional().meta({
    description: 'The sandbox to work in, one of those configured; the first configured one unless given.',
    example: 'prod',
  }),
  'x-request-id': z.string().optional().meta({
    description: 'Names the request in our log and in Adobe’s: 1 to 128 letters, digits, dots, _ or -.',
  }),
};

const requestTimeout = z.string().optional().meta({
  description:
    'How many seconds the caller waits; shortens the deadline of this service, never lengthens it.',
  example: '5',
});

export const deadlineHeaders = {
  'request-timeout': requestTimeout,
  prefer: z
    .string()
    .optional()
    .meta({ description: '`wait=5` (RFC 7240): the same as `Request-Timeout: 5`.', example: 'wait=5' }),
};

export const waitHeaders = {
  'request-timeout': requestTimeout,
  prefer: z.string().optional().meta({
    description: 'As `wait=30` (RFC 7240): how many seconds to wait for a change, 60 at most.',
    example: 'wait=30',
  }),
};

export const cancelWaitHeaders = {
  'request-timeout': requestTimeout,
  prefer: z.string().optional().meta({
    description:
      'As `wait=30` (RFC 7240): how many seconds to wait for the end of the job, 60 at most; for callers who may read jobs.',
    example: 'wait=30',
  }),
};

export const keyHeaders = {
  'idempotency-key': z.string().optional().meta({
    description:
      'Names this export among all that the caller starts in the sandbox, for 24 hours: the same request again gets the same answer and starts nothing. A string of 1 to 255 visible ASCII characters in quotes; one without spaces, quotes, backslashes, commas and semicolons may come without them. A malformed one is 400, one of another export 422, and one whose first request has no outcome yet 409. The operator may require a key.',
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  }),
};

/** Conditions of a read: RFC 9110, 13.1. */
export const seenHeaders = {
  'if-match': z.string().optional().meta({
    description: 'Answered with 412 unless one of these strong tags, or `*`, names the present state.',
  }),
  'if-none-match': z.string().optional().meta({
    description: 'The `ETag` of what the caller has; 304 while the present state has that tag.',
  }),
  'cache-control': z.string().optional().meta({
    description:
      '`no-cache` has Platform asked although the cache is fresh: once for all who ask the same, and only a few times a minute.',
    example: 'no-cache',
  }),
};

/** Conditions of a change. They are judged by what a GET would answer just before, because Platform has none. */
export const changeHeaders = {
  'if-match': z.string().optional().meta({
    description:
      'The strong `ETag` that the present state has to have, or `*`; otherwise 412, and nothing is changed.',
    example: '"4J7OymbsIFtqxFlrVPPecL-8iDW"',
  }),
  'if-none-match': z.string().optional().meta({
    description: 'The tags that the present state must not have; otherwise 412, and nothing is changed.',
  }),
};

export const contentLocation = z.string().optional().meta({
  description: 'Where the job that the body shows is (RFC 9110, 8.7).',
  example: '/jobs/100',
});

export const preferenceApplied = z.string().optional().meta({
  description: 'For how many seconds the service waited at most (RFC 7240).',
  example: 'wait=30',
});

export const etag = z.string().meta({
  description: 'Strong: names these very bytes.',
  example: '"4J7OymbsIFtqxFlrVPPecL-8iDW"',
});

const cacheStatus = z.string().meta({
  description:
    'Where the answer came from (RFC 9211). A `ttl` below zero with a `detail` means that it is stale, and is served because Platform could not be read.',
  example: 'aep-jobs-bff; hit; ttl=3599',
});

/** Of what always goes to Platform. */
export const forwardedHeaders = { 'x-request-id': requestId, 'cache-status': cacheStatus, ...limitHeaders };

/** Of what may come from the cache. */
export const cachedHeaders = {
  ...forwardedHeaders,
  etag,
  age: z.string().meta({ description: 'How many seconds ago Platform said so.', example: '0' }),
  vary: z.string().meta({
    description: 'The request headers that the answer depends on.',
    example: 'x-sandbox-name, prefer',
  }),
};

/** Of one job. */
export const waitedHeaders = {
  'retry-after': z.string().optional().meta({
    description: 'On a job that is not done: in how many seconds it makes sense to read it again.',
    example: '2',
  }),
  'preference-applied': preferenceApplied,
};

/** `headers` are those of the 200: RFC 9110, 15.4.5. */
export const notModified = (headers: z.ZodObject) => ({
  description: 'The caller has it already: the `ETag` is one that `If-None-Match` names. No body.',
  headers,
});
