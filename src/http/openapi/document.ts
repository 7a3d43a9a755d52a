import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import { jobSchema } from '../../jobs/job.ts';
import { newJobSchema } from '../../jobs/new-job.ts';
import { exportRequestSchema } from '../../platform/export-request.ts';
import { jobIdSchema, listQuerySchema } from '../parameters.ts';
import { eventsPath } from './events-path.ts';
import { exampleExportRequest, exampleJob, exampleNewJob, exampleNewJobForAll } from './examples.ts';
import {
  cachedHeaders,
  changeHeaders,
  deadlineHeaders,
  etag,
  forwardedHeaders,
  notModified,
  sandboxHeaders,
  seenHeaders,
  waitedHeaders,
  waitHeaders,
} from './headers.ts';
import { upstreamResponses } from './problem-responses.ts';
import { requires, securitySchemes } from './security.ts';
import { servicePaths } from './service-paths.ts';
import { ticketsPath } from './tickets-path.ts';

/** From `src` and from `dist` alike, the package lies three folders up. */
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

const oneJob = { path: z.object({ id: jobIdSchema }) };
const jobContent = { 'application/json': { schema: jobSchema, examples: { sample: { value: exampleJob } } } };

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

const cancellationSchema = z
  .strictObject({ id: z.string(), cancelling: z.literal(true), message: z.string() })
  .meta({ id: 'Cancellation', description: 'Platform has marked the job; it ends when it ends.' });

const link = z.string().meta({ example: '</jobs?limit=25&offset=1538573416687_722>; rel="next"' });
const oneJobHeaders = z.object({ ...cachedHeaders, ...waitedHeaders });
const pageHeaders = z.object({ ...cachedHeaders, link: link.optional() });
const location = z.string().optional().meta({
  description: 'Absent only where Platform has given the job an id that cannot stand in a path here.',
  example: '/jobs/100',
});
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
      post: {
        operationId: 'createJob',
        summary: 'Start an export',
        description:
          'In our words, or in Adobe’s own form (it has a `destination`). Without `segments` Platform exports every profile, so that has to be said. With the `ETag` of `GET /jobs` as `If-Match` the export starts only while that list is unchanged.',
        tags: ['jobs'],
        security: requires('jobs:create'),
        requestParams: { header: z.object({ ...sandboxHeaders, ...deadlineHeaders, ...changeHeaders }) },
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
          201: {
            description: 'The export has been started.',
            headers: z.object({ ...forwardedHeaders, etag, location }),
            content: jobContent,
          },
          ...upstreamResponses(
            'invalid-parameters',
            'precondition-failed',
            'unreadable-body',
            'body-too-large',
            'unsupported-media-type',
            'invalid-job',
            'job-refused',
            'foreign-origin',
          ),
        },
      },
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
      delete: {
        operationId: 'cancelJob',
        summary: 'Cancel a job',
        description: 'Platform only marks the job. Look at it to see when it has ended.',
        tags: ['jobs'],
        security: requires('jobs:cancel'),
        requestParams: {
          ...oneJob,
          header: z.object({ ...sandboxHeaders, ...deadlineHeaders, ...changeHeaders }),
        },
        responses: {
          202: {
            description: 'Platform has marked the job for cancelling.',
            headers: z.object(forwardedHeaders),
            content: { 'application/json': { schema: cancellationSchema } },
          },
          ...upstreamResponses(
            'invalid-parameters',
            'job-not-found',
            'precondition-failed',
            'job-refused',
            'foreign-origin',
          ),
        },
      },
    },
    '/jobs/{id}/events': eventsPath,
    '/jobs/{id}/events/tickets': ticketsPath,
    ...servicePaths,
  },
});
