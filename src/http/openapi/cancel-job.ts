import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import {
  cancelWaitHeaders,
  changeHeaders,
  contentLocation,
  etag,
  forwardedHeaders,
  preferenceApplied,
  sandboxHeaders,
} from './headers.ts';
import { jobContent, oneJob } from './one-job.ts';
import { upstreamResponses } from './problem-responses.ts';
import { requires } from './security.ts';

const cancellationSchema = z
  .strictObject({ id: z.string(), cancelling: z.literal(true), message: z.string() })
  .meta({ id: 'Cancellation', description: 'Platform has marked the job; it ends when it ends.' });

export const cancelJob: ZodOpenApiOperationObject = {
  operationId: 'cancelJob',
  summary: 'Cancel a job',
  description:
    'May be repeated: a job that is being cancelled, or was cancelled, is 202 again. Platform only marks the job; with `Prefer: wait=30` the answer comes when it has ended. Where the job has ended by itself the answer is 409 `job-already-done`, as far as Platform lets us know in time.',
  tags: ['jobs'],
  security: requires('jobs:cancel'),
  requestParams: {
    ...oneJob,
    header: z.object({ ...sandboxHeaders, ...cancelWaitHeaders, ...changeHeaders }),
  },
  responses: {
    200: {
      description: 'With `Prefer: wait`: the job, which has ended after it was marked.',
      headers: z.object({
        ...forwardedHeaders,
        etag,
        'content-location': contentLocation,
        'preference-applied': preferenceApplied,
      }),
      content: jobContent,
    },
    202: {
      description: 'Platform has marked the job for cancelling.',
      headers: z.object({ ...forwardedHeaders, 'preference-applied': preferenceApplied }),
      content: { 'application/json': { schema: cancellationSchema } },
    },
    ...upstreamResponses(
      'invalid-parameters',
      'job-not-found',
      'job-already-done',
      'precondition-failed',
      'job-refused',
      'foreign-origin',
    ),
  },
};
