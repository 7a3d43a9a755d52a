import { z } from 'zod';

const time = z.iso.datetime({ offset: true });

const timing = z.strictObject({
  startedAt: time.optional(),
  endedAt: time.optional(),
  durationMs: z.number().optional(),
});

const segment = z.strictObject({
  id: z.string().optional(),
  namespace: z.string().optional(),
  status: z
    .array(z.string())
    .optional()
    .meta({ example: ['realized'] }),
});

/**
 * A job in our words: the type of every answer and its schema in OpenAPI, in one. Answers are built field by
 * field in `to-job.ts`, so nothing is parsed with it at run time; the tests check every answer against it.
 */
export const jobSchema = z
  .strictObject({
    id: z.string(),
    type: z.string().optional().meta({ description: 'How it runs: `BATCH` or `STREAMING`.' }),
    status: z.string().meta({
      description:
        'Adobe documents `NEW`, `PROCESSING`, `SUCCEEDED` and `FAILED`; others are passed on as they are.',
    }),
    done: z.boolean().meta({ description: 'True when the job will not change any more.' }),
    datasetId: z.string().optional(),
    schema: z.string().optional(),
    fields: z.array(z.string()).optional().meta({ description: 'Absent when all fields are exported.' }),
    segments: z.array(segment),
    qualified: z.strictObject({ from: z.string().optional(), to: z.string().optional() }).optional(),
    ingestedAfter: z.string().optional(),
    includeEmptyProfiles: z.boolean().optional(),
    events: z
      .strictObject({
        fields: z.array(z.string()).optional(),
        ingestedAfter: z.string().optional(),
        ingestedBefore: z.string().optional(),
      })
      .optional(),
    mergePolicy: z.strictObject({ id: z.string().optional(), version: z.number().optional() }).optional(),
    batchPerSegment: z.boolean().optional(),
    evaluateSegments: z.boolean().optional(),
    batchId: z.string().optional(),
    batches: z.array(
      z.strictObject({
        id: z.string().optional(),
        segmentId: z.string().optional(),
        namespace: z.string().optional(),
        status: z.array(z.string()).optional(),
      }),
    ),
    errors: z
      .array(z.strictObject({ code: z.string().optional(), message: z.string().optional() }))
      .meta({ description: 'May be filled on a job that succeeded: judge by `status`.' }),
    metrics: z
      .strictObject({
        total: timing.optional(),
        profileExport: timing.optional(),
        datasetWrite: timing.optional(),
        profiles: z.number().optional().meta({ description: 'How many profiles were exported.' }),
        profilesByNamespace: z.record(z.string(), z.number()).optional(),
      })
      .optional(),
    progress: z
      .strictObject({
        startedAt: time,
        typicalMs: z.int().optional().meta({
          description: 'How long exports of this sandbox take: the median of the last that succeeded.',
        }),
        estimatedDoneAt: time.optional().meta({ description: '`startedAt` and `typicalMs` together.' }),
      })
      .optional()
      .meta({
        description:
          'On a job that is not done, computed when it is first read in its `status`. What is not known is left out, and so is an estimate that had passed by then.',
      }),
    createdAt: time.optional(),
    updatedAt: time.optional(),
    requestId: z
      .string()
      .optional()
      .meta({ description: "Adobe's own id of the request that made the job." }),
  })
  .meta({
    id: 'Job',
    description: 'An export job. What Platform left out is left out; arrays are always there.',
  });

export type Job = z.output<typeof jobSchema>;
