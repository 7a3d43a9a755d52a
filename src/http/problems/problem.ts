import { z } from 'zod';
import { jobSchema } from '../../jobs/job.ts';
import { problemCatalogue, problemCodes } from '../../problems/catalogue.ts';
import type { Challenge, Fault, UpstreamReport } from '../../problems/fault.ts';
import { toRetryAfter } from '../fields/retry-after.ts';
import { isJobId } from '../parameters.ts';

/** RFC 9457, with what a frontend needs to decide what to tell its user. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({
      format: 'uri-reference',
      description: 'The page that says cause and cure.',
      example: '/problems/job-not-found',
    }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The path that was asked for.' }),
    code: z.enum(problemCodes).meta({ description: 'Decide by this.' }),
    requestId: z.string().meta({ description: 'The same as the `x-request-id` header; it is in the log.' }),
    retryable: z.boolean().meta({
      description:
        'Whether the same request may succeed later. Never true for a create that may have been carried out, except `create-not-confirmed` of a request with an `Idempotency-Key`.',
    }),
    owner: z.enum(['caller', 'operator', 'platform']).meta({ description: 'Who can fix it.' }),
    errors: z
      .array(
        z.union([
          z.strictObject({
            pointer: z.string(),
            detail: z.string(),
            rule: z.string().optional().meta({
              description: 'The rule of the export policies that it breaks.',
              example: 'forbiddenFields',
            }),
          }),
          z.strictObject({ parameter: z.string(), detail: z.string() }),
        ]),
      )
      .optional()
      .meta({
        description:
          'What is wrong: in the body (JSON pointer, RFC 6901) or in a parameter or header. All of it, or the first twenty faults; `detail` then says how many more there are.',
      }),
    upstream: z
      .strictObject({
        service: z.enum(['ims', 'platform']),
        status: z.int().optional(),
        code: z.string().optional(),
        messages: z.array(z.string()).optional(),
        requestId: z.string().optional(),
      })
      .optional()
      .meta({ description: 'What Adobe said, where Adobe said something.' }),
    job: jobSchema.optional().meta({
      description: 'Of `job-already-done`: the job as it has ended, for callers who may read jobs.',
    }),
  })
  .meta({
    id: 'Problem',
    description: 'What went wrong, who can fix it, and whether to try again. RFC 9457.',
  });

export type Problem = z.output<typeof problemSchema>;

export interface Occurrence {
  readonly requestId: string;
  readonly mountPath: string;
  /** The path that was asked for, without its query. */
  readonly instance: string;
}

const mayHaveRunNotice =
  ' The export may have been started all the same: look into the list of jobs before trying again.';

export function toProblem(fault: Fault, occurrence: Occurrence): Problem {
  const { status, title, owner, retryable } = problemCatalogue[fault.code];
  const { errors, upstream, job, mayHaveRun = false, permanent = false, startedJobId } = fault.details;
  const startedNotice = startedJobId && ` The export has been started: it is job ${startedJobId}.`;
  return {
    type: `${occurrence.mountPath}/problems/${fault.code}`,
    title,
    status,
    detail: fault.detail + (startedNotice ?? (mayHaveRun ? mayHaveRunNotice : '')),
    instance: occurrence.instance,
    code: fault.code,
    requestId: occurrence.requestId,
    retryable: retryable && !mayHaveRun && !permanent && startedJobId === undefined,
    owner: fault.details.owner ?? owner,
    ...(errors && { errors: [...errors] }),
    ...(upstream && { upstream: copy(upstream) }),
    ...(job && { job: JSON.parse(job.json) }),
  };
}

/**
 * The headers that belong to a problem: when to try again, what is allowed, where a job is that was started or runs
 * already, and whether the problem comes from the cache.
 */
export function problemHeaders(
  { details }: Fault,
  { mountPath }: Pick<Occurrence, 'mountPath'> = { mountPath: '' },
): Record<string, string> {
  const { retryAfterMs, allow, startedJobId, runningJobId, cached, challenge } = details;
  const jobId = startedJobId ?? runningJobId;
  return {
    ...(challenge && { 'www-authenticate': toChallenge(challenge) }),
    ...(retryAfterMs !== undefined && { 'retry-after': toRetryAfter(retryAfterMs) }),
    // A link that this service would refuse is left out.
    ...(jobId !== undefined && isJobId(jobId) && { location: `${mountPath}/jobs/${jobId}` }),
    ...(allow && { allow: allow.join(', ') }),
    ...(cached && {
      age: String(Math.floor(cached.ageMs / 1000)),
      'cache-status': `aep-jobs-bff; hit; ttl=${Math.floor(cached.ttlMs / 1000)}`,
    }),
  };
}

/** RFC 6750, 3. */
function toChallenge(challenge: Challenge): string {
  const parameters = Object.entries({ realm: 'aep-jobs-bff', ...challenge });
  return `Bearer ${parameters.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}

function copy({ messages, ...report }: UpstreamReport) {
  return { ...report, ...(messages && { messages: [...messages] }) };
}
