import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { jobIdSchema } from '../parameters.ts';
import { exampleJob } from './examples.ts';
import { sandboxHeaders } from './headers.ts';
import { limitHeaders, requestId, upstreamResponses } from './problem-responses.ts';
import { requires } from './security.ts';

const exampleStream = `retry: 3000

id: 4J7OymbsIFtqxFlrVPPecL-8iDW
event: job
data: ${JSON.stringify(exampleJob)}

id: 4J7OymbsIFtqxFlrVPPecL-8iDW.done
event: done
data: {"id":"${exampleJob.id}","status":"${exampleJob.status}"}

`;

const lastEventId = z.string().optional().meta({
  description: 'The same as the header, for libraries that cannot send it. The header counts first.',
});

/** The stream of a job's changes; OpenAPI has no words for single events, so the description lists them. */
export const eventsPath: ZodOpenApiPathItemObject = {
  get: {
    operationId: 'followJob',
    summary: 'Watch a job until it is done',
    description: [
      'Server-sent events. All `data` is JSON in one line:',
      '- `job`: the job, at once and after every change; its `id` can be given back as `Last-Event-ID`.',
      '- `done`: `id` and `status` of the job, which will not change any more. The stream ends; close yours.',
      '- `trouble`: a problem (RFC 9457) that keeps the job from being read at present. The stream goes on, except after `job-not-found`.',
      '- `recovered`: the job can be read again.',
      '- `expired`: the caller’s credential has ended and the stream ends; come back with a new one, and with `lastEventId` as `Last-Event-ID`.',
      '- `stopping`: this process stops and the stream ends; `reconnectInMs` says when to come back, and so does `retry`.',
    ].join('\n'),
    tags: ['jobs'],
    security: requires('jobs:read'),
    requestParams: {
      path: z.object({ id: jobIdSchema }),
      query: z.object({
        sandbox: z.string().optional().meta({
          description: 'The same as `x-sandbox-name`: a browser’s EventSource can send no header.',
          example: 'prod',
        }),
        ticket: z.string().optional().meta({
          description:
            'From `POST /jobs/{id}/events/tickets`, in place of any credential. It decides who asks, whatever else the request brings.',
        }),
        lastEventId,
        'Last-Event-ID': lastEventId,
      }),
      header: z.object({
        ...sandboxHeaders,
        'last-event-id': z.string().optional().meta({
          description: 'The `id` of the last event seen: what has been noticed since comes first.',
        }),
      }),
    },
    responses: {
      200: {
        description: 'A stream that ends after `done`.',
        headers: z.object({
          'x-request-id': requestId,
          ...limitHeaders,
          vary: z.string().meta({ example: 'x-sandbox-name' }),
          'x-accel-buffering': z.string().meta({ description: 'Keeps nginx from buffering.', example: 'no' }),
        }),
        content: {
          'text/event-stream': { schema: z.string(), examples: { sample: { value: exampleStream } } },
        },
      },
      204: {
        description: 'The caller has seen `done`, so there is nothing to come back for.',
        headers: z.object({ 'x-request-id': requestId, ...limitHeaders }),
      },
      ...upstreamResponses('invalid-parameters', 'job-not-found', 'job-refused', 'too-many-streams'),
    },
  },
};
