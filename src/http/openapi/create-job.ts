import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { jobSchema } from '../../jobs/job.ts';
import { newJobSchema } from '../../jobs/new-job.ts';
import { exportRequestSchema } from '../../platform/export-request.ts';
import { createQuerySchema } from '../create-parameters.ts';
import { rehearsalSchema } from '../rehearsal-body.ts';
import {
  exampleExportRequest,
  exampleNewJob,
  exampleNewJobForAll,
  exampleRehearsal,
  exampleReusedJob,
} from './examples.ts';
import {
  changeHeaders,
  contentLocation,
  deadlineHeaders,
  etag,
  forwardedHeaders,
  keyHeaders,
  sandboxHeaders,
} from './headers.ts';
import { jobContent } from './one-job.ts';
import { idempotentReplayed, upstreamResponses } from './problem-responses.ts';
import { requires } from './security.ts';

const location = z.string().optional().meta({
  description: 'Absent only where Platform has given the job an id that cannot stand in a path here.',
  example: '/jobs/100',
});

/** Not of what comes from here alone: a replay, a reused job, a rehearsal. */
const headers = { ...forwardedHeaders, 'cache-status': forwardedHeaders['cache-status'].optional() };

const reusedJobSchema = z
  .strictObject({ ...jobSchema.shape, reused: z.literal(true) })
  .meta({ id: 'ReusedJob', description: 'A job with an equal definition that was running already.' });

const problems = upstreamResponses(
  'invalid-parameters',
  'policy-refused',
  'job-not-found',
  'precondition-failed',
  'unreadable-body',
  'body-too-large',
  'unsupported-media-type',
  'idempotency-key-in-use',
  'job-already-running',
  'idempotency-key-reused',
  'invalid-job',
  'job-refused',
  'claims-unavailable',
  'audit-unavailable',
  'equal-job-unknown',
  'create-not-confirmed',
  'create-outcome-unknown',
  'foreign-origin',
);
const missing =
  '`job-not-found`: the job that an earlier request with the same `Idempotency-Key` has started is gone. Nothing was started now.';

export const createJob: ZodOpenApiOperationObject = {
  operationId: 'createJob',
  summary: 'Start an export',
  description:
    'In our words, or in Adobe’s own form (it has a `destination`). Without `segments` Platform exports every profile, so that has to be said. With an `Idempotency-Key` the request can be sent again after any failure. With the `ETag` of `GET /jobs` as `If-Match` the export starts only while that list is unchanged.',
  tags: ['jobs'],
  security: requires('jobs:create'),
  requestParams: {
    header: z.object({ ...sandboxHeaders, ...keyHeaders, ...deadlineHeaders, ...changeHeaders }),
    query: createQuerySchema,
  },
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: z.union([newJobSchema, exportRequestSchema]),
        examples: {
          segments: { summary: 'The profiles of a segment', value: exampleNewJob },
          everybody: { summary: 'Every profile', value: exampleNewJobForAll },
          adobe: { summary: "Adobe's own form", value: exampleExportRequest },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'Nothing was started: an equal job is running already, or it was a rehearsal.',
      headers: z.object({
        ...headers,
        'content-location': contentLocation,
        'idempotent-replayed': idempotentReplayed,
      }),
      content: {
        'application/json': {
          schema: z.union([reusedJobSchema, rehearsalSchema]),
          examples: {
            reused: { summary: 'With `duplicate=reuse`', value: exampleReusedJob },
            rehearsal: { summary: 'With `dryRun=true`', value: exampleRehearsal },
          },
        },
      },
    },
    201: {
      description: 'The export has been started.',
      headers: z.object({ ...headers, etag, location, 'idempotent-replayed': idempotentReplayed }),
      content: jobContent,
    },
    ...problems,
    404: { ...problems['404'], description: missing },
  },
};
