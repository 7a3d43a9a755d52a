import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { jobIdSchema } from '../parameters.ts';
import { sandboxHeaders } from './headers.ts';
import { limitHeaders, requestId, upstreamResponses } from './problem-responses.ts';
import { requires } from './security.ts';

const exampleTicket = 'hXk3y0cN6v1dQe8wRzT5uJfGm2LbA9sPoI7qVxYtE4U';

const ticketSchema = z
  .strictObject({
    ticket: z.string().meta({ description: '256 random bits.', example: exampleTicket }),
    expiresAt: z.iso.datetime().meta({
      description: 'Until when the stream has to be opened: in half a minute, or when the credential ends.',
      example: '2026-01-01T00:00:30.000Z',
    }),
    url: z.string().meta({
      description: 'The path of the stream, with the ticket.',
      example: `/jobs/100/events?ticket=${exampleTicket}`,
    }),
  })
  .meta({ id: 'Ticket', description: 'Opens one stream of one job, once, without any other credential.' });

/** For pages: a browser's EventSource can send no header. */
export const ticketsPath: ZodOpenApiPathItemObject = {
  post: {
    operationId: 'createTicket',
    summary: 'Get a ticket for a stream',
    description:
      'For a page whose EventSource can send no credential. The ticket stands for this caller, this job and this sandbox, and opens one stream, once. To come back after a broken connection, get a new one and give `lastEventId` in the query.',
    tags: ['jobs'],
    security: requires('jobs:read'),
    requestParams: { path: z.object({ id: jobIdSchema }), header: z.object(sandboxHeaders) },
    responses: {
      201: {
        description: 'A ticket; no cache may keep it.',
        headers: z.object({ 'x-request-id': requestId, ...limitHeaders }),
        content: { 'application/json': { schema: ticketSchema } },
      },
      ...upstreamResponses(
        'invalid-parameters',
        'job-not-found',
        'body-too-large',
        'unreadable-body',
        'job-refused',
        'foreign-origin',
        'too-many-streams',
      ),
    },
  },
};
