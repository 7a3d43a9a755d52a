import { z } from 'zod';
import type { UpstreamReport } from '../../observability/fault.ts';
import { isProblemCode, type KnownFault, problemCatalogue } from './catalogue.ts';

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
    code: z
      .enum(Object.keys(problemCatalogue).filter(isProblemCode))
      .meta({ description: 'Decide by this.' }),
    requestId: z.string().meta({ description: 'The same as the `x-request-id` header; it is in the log.' }),
    retryable: z.boolean().meta({
      description:
        'Whether the same request may succeed later. Never true for a create that may have been carried out.',
    }),
    owner: z.enum(['caller', 'operator', 'platform']).meta({ description: 'Who can mend it.' }),
    errors: z
      .array(
        z.union([
          z.strictObject({ pointer: z.string(), detail: z.string() }),
          z.strictObject({ parameter: z.string(), detail: z.string() }),
        ]),
      )
      .optional()
      .meta({
        description: 'All that is wrong: in the body (JSON pointer, RFC 6901) or in a parameter or header.',
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
  })
  .meta({
    id: 'Problem',
    description: 'What went wrong, who can mend it, and whether to try again. RFC 9457.',
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

export function toProblem(fault: KnownFault, occurrence: Occurrence): Problem {
  const { status, title, owner, retryable } = problemCatalogue[fault.code];
  const { errors, upstream, mayHaveRun = false, permanent = false } = fault.details;
  return {
    type: `${occurrence.mountPath}/problems/${fault.code}`,
    title,
    status,
    detail: mayHaveRun ? fault.detail + mayHaveRunNotice : fault.detail,
    instance: occurrence.instance,
    code: fault.code,
    requestId: occurrence.requestId,
    retryable: retryable && !mayHaveRun && !permanent,
    owner,
    ...(errors && { errors: [...errors] }),
    ...(upstream && { upstream: copy(upstream) }),
  };
}

/** The headers that belong to a problem: when to try again, what is allowed, and whether it comes from the cache. */
export function problemHeaders({ details }: KnownFault): Record<string, string> {
  const { retryAfterMs, allow, cached } = details;
  return {
    ...(retryAfterMs !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    ...(allow && { allow: allow.join(', ') }),
    ...(cached && {
      age: String(Math.floor(cached.ageMs / 1000)),
      'cache-status': `aep-jobs-bff; hit; ttl=${Math.floor(cached.ttlMs / 1000)}`,
    }),
  };
}

function copy({ messages, ...report }: UpstreamReport) {
  return { ...report, ...(messages && { messages: [...messages] }) };
}
