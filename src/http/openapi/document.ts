import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import { jobSchema } from '../../jobs/job.ts';
import { listQuerySchema } from '../parameters.ts';
import { cancelJob } from './cancel-job.ts';
import { createJob } from './create-job.ts';
import { eventsPath } from './events-path.ts';
import { exampleJob } from './examples.ts';
import {
  cachedHeaders,
  deadlineHeaders,
  notModified,
  sandboxHeaders,
  seenHeaders,
  waitedHeaders,
  waitHeaders,
} from './headers.ts';
import { jobContent, oneJob } from './one-job.ts';
import { upstreamResponses } from './problem-responses.ts';
import { requires, securitySchemes } from './security.ts';
import { servicePaths } from './service-paths.ts';
import { ticketsPath } from './tickets-path.ts';

/** From `src` and from `dist` alike, the package lies three folders up. */
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

const pageSchema = z
  .strictObject({
    jobs: z.array(jobSchema).meta({ description: 'Newest first.' }),
    next: z.string().nullable().meta({
      description: 'Where the next page is; null at the end. Also as a `Link` header.',
      example: '/jobs?limit=25&offset=1538573416687_722',
    }),
    unreadable: z.int().min(1).optional().meta({
      description:
        'How many jobs of this page Platform listed in a way that cannot be read; they are left out. Absent when there is none.',
    }),
  })
  .meta({ id: 'JobPage' });

const link = z.string().meta({ example: '</jobs?limit=25&offset=1538573416687_722>; rel="next"' });
const oneJobHeaders = z.object({ ...cachedHeaders, ...waitedHeaders });
const pageHeaders = z.object({ ...cachedHeaders, link: link.optional() });
/** The parts of the document that this project reads; the rest of it is for whoever is given it. */
interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, object>>;
}

/** The contract, made of the schemas that validate: there is one truth. */
export const openApiDocument: OpenApiDocument = createDocument({
  openapi: '3.1.1',
  info: {
    title: 'AEP Jobs BFF',
    version,
    description:
      "Export jobs of Adobe Experience Platform without Adobe's credential, token and headers. Errors are problems of RFC 9457; decide by their `code`.",
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  security: [],
  components: { securitySchemes },
  tags: [
    { name: 'jobs', description: 'Start an export, watch it, cancel it.' },
    { name: 'service', description: 'Health, and what describes this service.' },
  ],
  paths: {
    '/jobs': {
      get: {
        operationId: 'listJobs',
        summary: 'List jobs, newest first',
        tags: ['jobs'],
        security: requires('jobs:read'),
        requestParams: {
          header: z.object({ ...sandboxHeaders, ...deadlineHeaders, ...seenHeaders }),
          query: listQuerySchema,
        },
        responses: {
          200: {
            description: 'A page of jobs.',
            headers: pageHeaders,
            content: {
              'application/json': {
                schema: pageSchema,
                examples: { sample: { value: { jobs: [exampleJob], next: null } } },
              },
            },
          },
          304: notModified(pageHeaders),
          ...upstreamResponses('invalid-parameters', 'precondition-failed', 'job-refused'),
        },
      },
      post: createJob,
    },
    '/jobs/{id}': {
      get: {
        operationId: 'getJob',
        summary: 'Read one job, or wait for it to change',
        description:
          'Answers from the cache while that is fresh: for an hour where the job is done, otherwise for a second. With `Prefer: wait=30` the answer comes as soon as the job differs from what `If-None-Match` names; without that header, as soon as it is done.',
        tags: ['jobs'],
        security: requires('jobs:read'),
        requestParams: {
          ...oneJob,
          header: z.object({ ...sandboxHeaders, ...waitHeaders, ...seenHeaders }),
        },
        responses: {
          200: {
            description: 'The job.',
            headers: oneJobHeaders,
            content: jobContent,
          },
          304: notModified(oneJobHeaders),
          ...upstreamResponses('invalid-parameters', 'job-not-found', 'precondition-failed', 'job-refused'),
        },
      },
      delete: cancelJob,
    },
    '/jobs/{id}/events': eventsPath,
    '/jobs/{id}/events/tickets': ticketsPath,
    ...servicePaths,
  },
});
