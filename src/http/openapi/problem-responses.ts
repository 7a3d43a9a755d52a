import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { type ProblemCode, problemCatalogue } from '../../problems/catalogue.ts';
import { type Problem, problemSchema } from '../problems/problem.ts';

/** What can happen to every request that goes to Adobe. */
const upstreamProblems: readonly ProblemCode[] = [
  'not-authenticated',
  'permission-missing',
  'too-many-requests',
  'authentication-unavailable',
  'sandbox-not-allowed',
  'host-not-allowed',
  'platform-refused-us',
  'platform-misconfigured',
  'platform-failed',
  'platform-malformed',
  'platform-unreachable',
  'platform-timed-out',
  'platform-throttled',
  'platform-circuit-open',
  'token-unavailable',
  'credential-refused',
  'overloaded',
];

/** What can happen to every request, before anybody knows what it wants. */
const everyonesProblems: readonly ProblemCode[] = [
  'unreadable-request',
  'request-timed-out',
  'target-too-long',
  'headers-too-large',
  'internal-error',
  'not-implemented',
];

export const requestId = z.string().meta({
  description: "The request's id: the caller's `x-request-id`, where that was well formed.",
  example: 'd995479c-8a08-4240-903b-af469c67be1f',
});

const retryAfter = z.string().meta({ description: 'Seconds to wait before trying again.', example: '30' });

/** Of what a caller with limits is answered; without authentication nobody has any. */
export const limitHeaders = {
  ratelimit: z.string().optional().meta({
    description:
      'How many requests of its kind the caller has left, and in how many seconds it has all of them again (draft-ietf-httpapi-ratelimit-headers-10).',
    example: '"reads";r=5999;t=60',
  }),
  'ratelimit-policy': z.string().optional().meta({
    description: 'How many requests of this kind the caller may send in how many seconds (the same draft).',
    example: '"reads";q=6000;w=60',
  }),
};

export const idempotentReplayed = z.literal('true').optional().meta({
  description:
    'Present where this is the answer to an earlier request with the same `Idempotency-Key`: nothing was started now.',
});

const startedJob = z.string().meta({
  description:
    'Of a create: the job that was started, although Platform has not shown it. Do not start it again.',
  example: '/jobs/100',
});

const runningJob = z.string().meta({
  description: 'Of `job-already-running`: the job that exports the same.',
  example: '/jobs/100',
});

const challenge = z.string().meta({
  description: 'How to authenticate, or which permission is missing (RFC 6750).',
  example: 'Bearer realm="aep-jobs-bff", error="insufficient_scope", scope="jobs:create"',
});

/** Of a job that was not there when Platform was last asked, a moment ago. */
const keptHeaders = {
  'cache-status': z.string().optional().meta({
    description: 'Where Platform was not asked again for the same job (RFC 9211).',
    example: 'aep-jobs-bff; hit; ttl=0',
  }),
  age: z.string().optional().meta({ description: 'How many seconds ago Platform said so.', example: '0' }),
};

/** The responses for `codes`, and for what can happen to every request, by status and with an example each. */
export function problemResponses(...codes: ProblemCode[]): ZodOpenApiResponsesObject {
  return toResponses([...codes, ...everyonesProblems], {});
}

/** As `problemResponses`, for a request that goes to Adobe. */
export function upstreamResponses(...codes: ProblemCode[]): ZodOpenApiResponsesObject {
  return toResponses([...codes, ...upstreamProblems, ...everyonesProblems], limitHeaders);
}

function toResponses(codes: readonly ProblemCode[], headers: z.ZodRawShape): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(codes, (code) => problemCatalogue[code].status);
  const sorted = [...byStatus].sort(([one], [other]) => one - other);
  return Object.fromEntries(
    sorted.map(([status, some]) => [String(status), toResponse(status, some, headers)]),
  );
}

function toResponse(
  status: number,
  codes: readonly ProblemCode[],
  headers: z.ZodRawShape,
): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `\`${code}\`: ${problemCatalogue[code].title}.`).join(' '),
    headers: z.object({
      'x-request-id': requestId,
      ...headers,
      ...retryAfterOf(status, codes),
      ...challengeOf(codes),
      ...(codes.includes('platform-malformed') ? { location: startedJob.optional() } : {}),
      ...(codes.includes('job-already-running') ? { location: runningJob.optional() } : {}),
      ...(status === 404 ? keptHeaders : {}),
    }),
    content: {
      'application/problem+json': {
        schema: problemSchema,
        examples: Object.fromEntries(codes.map((code) => [code, { value: toExample(code) }])),
      },
    },
  };
}

/** Who has too much open is always told when to come back; of Adobe's faults and of others' creates only some say when they end. */
function retryAfterOf(status: number, codes: readonly ProblemCode[]): { 'retry-after'?: z.ZodType } {
  if (status === 429) return { 'retry-after': retryAfter };
  return status > 501 || codes.includes('idempotency-key-in-use')
    ? { 'retry-after': retryAfter.optional() }
    : {};
}

/** Who is not known is always told how to change that; others where a permission is missing, or an address failed too often. */
function challengeOf(codes: readonly ProblemCode[]): { 'www-authenticate'?: z.ZodType } {
  if (codes.includes('not-authenticated')) return { 'www-authenticate': challenge };
  const mayBe = codes.includes('permission-missing') || codes.includes('too-many-requests');
  return mayBe ? { 'www-authenticate': challenge.optional() } : {};
}

function toExample(code: ProblemCode): Problem {
  const { status, title, owner, retryable, cause } = problemCatalogue[code];
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: cause,
    instance: '/jobs',
    code,
    requestId: 'd995479c-8a08-4240-903b-af469c67be1f',
    retryable,
    owner,
  };
}
