import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problemCodes } from '../../problems/catalogue.ts';
import { problemResponses, requestId } from './problem-responses.ts';

const aliveSchema = z.strictObject({ status: z.literal('alive') });
const readySchema = z.strictObject({ status: z.literal('ready') });

const health = (schema: z.ZodType) => ({
  description: 'It is.',
  headers: z.object({ 'x-request-id': requestId }),
  content: { 'application/json': { schema } },
});

/** Everything but jobs. */
export const servicePaths: ZodOpenApiPathsObject = {
  '/livez': {
    get: {
      operationId: 'isAlive',
      summary: 'Whether the process lives',
      tags: ['service'],
      responses: { 200: health(aliveSchema), ...problemResponses() },
    },
  },
  '/readyz': {
    get: {
      operationId: 'isReady',
      summary: 'Whether the process wants requests',
      tags: ['service'],
      responses: { 200: health(readySchema), ...problemResponses('not-ready') },
    },
  },
  '/problems/{code}': {
    get: {
      operationId: 'explainProblem',
      summary: 'Cause and cure of a problem, for people',
      tags: ['service'],
      requestParams: {
        path: z.object({
          code: z.enum(problemCodes).meta({ example: 'job-not-found' }),
        }),
      },
      responses: {
        200: {
          description: 'A page.',
          headers: z.object({ 'x-request-id': requestId }),
          content: { 'text/html': { schema: z.string() } },
        },
        ...problemResponses('not-found'),
      },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'describe',
      summary: 'This document',
      tags: ['service'],
      responses: {
        200: {
          description: 'OpenAPI 3.1.',
          headers: z.object({ 'x-request-id': requestId }),
          content: { 'application/json': { schema: z.looseObject({}) } },
        },
        ...problemResponses(),
      },
    },
  },
};
