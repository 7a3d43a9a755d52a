import { z } from 'zod';

/*
 * Upstream's words, read liberally. Only `id` and `status` have to be there. A field of a shape that nobody
 * has documented reads as absent instead of failing the answer: a caller whose export was started must not be
 * told that it was not because a counter has changed its type.
 */
/** Reads what is unknown, or says what is wrong with it. */
export interface Parser<Output> {
  safeParse(value: unknown): z.ZodSafeParseResult<Output>;
}

/** Compiled by zod, because a page of 50 jobs takes three times as long without; and not before it is needed. */
function compiled<Output>(schema: z.ZodType<Output>): Parser<Output> {
  let parser: z.ZodType<Output> | undefined;
  return {
    safeParse(value) {
      parser ??= z.compile(schema, { strict: true });
      return parser.safeParse(value);
    },
  };
}

function lenient<Schema extends z.ZodType>(schema: Schema) {
  return schema
    .nullish()
    .transform((value) => value ?? undefined)
    .catch(undefined);
}

const text = lenient(z.string());
const flag = lenient(z.boolean());
const count = lenient(z.number());

/** Epoch milliseconds within what a date can hold; one document says seconds, every sample is milliseconds. */
const epochMs = lenient(z.number().min(-8.64e15).max(8.64e15));

const statuses = lenient(z.union([z.string().transform((one) => [one]), z.array(z.string())]));

const segmentSchema = z.object({ segmentId: text, segmentNs: text, status: statuses });

const batchSchema = segmentSchema.extend({ batchId: text });

const timingSchema = lenient(
  z.object({ startTimeInMs: epochMs, endTimeInMs: epochMs, totalTimeInMs: count }),
);

const jobShape = z.object({
  // Past 2^53 a number from JSON may be another job's: better no answer than the wrong job.
  id: z.union([z.int().transform(String), z.string().min(1)]),
  status: z.string().min(1),
  jobType: text,
  schema: lenient(z.object({ name: text })),
  fields: text,
  filter: lenient(
    z.object({
      segments: lenient(z.array(segmentSchema)),
      segmentQualificationTime: lenient(z.object({ startTime: text, endTime: text })),
      fromIngestTimestamp: text,
      emptyProfiles: flag,
    }),
  ),
  additionalFields: lenient(
    z.object({
      eventList: lenient(
        z.object({
          fields: text,
          filter: lenient(z.object({ fromIngestTimestamp: text, toIngestTimestamp: text })),
        }),
      ),
    }),
  ),
  mergePolicy: lenient(z.object({ id: text, version: count })),
  evaluationInfo: lenient(z.object({ segmentation: flag })),
  destination: lenient(
    z.object({
      datasetId: text,
      dataSetId: text,
      segmentPerBatch: flag,
      batchId: text,
      batches: lenient(z.union([z.array(batchSchema), batchSchema.transform((one) => [one])])),
    }),
  ),
  errors: lenient(
    z.array(
      z.object({
        code: lenient(z.union([z.string(), z.number().transform(String)])),
        msg: text,
      }),
    ),
  ),
  metrics: lenient(
    z.object({
      totalTime: timingSchema,
      profileExportTime: timingSchema,
      aCPDatasetWriteTime: timingSchema,
      totalExportedProfileCounter: count,
      exportedProfileByNamespaceCounter: lenient(z.record(z.string(), z.number())),
    }),
  ),
  creationTime: epochMs,
  updateTime: epochMs,
  requestId: text,
});

/** A job as `/export/jobs` gives it. Fields that are not named here are dropped, whatever they hold. */
export const exportJobParser = compiled(jobShape);

export type ExportJob = z.output<typeof jobShape>;

/**
 * The next page's `offset` out of the relative link that Platform gives. Empty, absent, null, or the literal
 * word «string» of some documented samples: the end. (`page.pageOffset` differs from it and is not used.)
 */
const nextOffset = lenient(z.object({ next: text })).transform((link) => {
  const query = link?.next?.split('?')[1];
  return (query && new URLSearchParams(query).get('offset')) || undefined;
});

const pageShape = z
  .object({ records: z.array(jobShape), link: nextOffset })
  .transform(({ records, link }) => ({ jobs: records, nextOffset: link }));

export const exportJobPageParser = compiled(pageShape);

export type ExportJobPage = z.output<typeof pageShape>;

/** 200 or 204, with this body or with none; whatever else it is, the status on the wire says that it was done. */
export const cancelAnswerSchema = lenient(z.object({ status: flag, message: text }));

export type CancelAnswer = z.output<typeof cancelAnswerSchema>;
