import { z } from 'zod';

const time = z.iso.datetime({
  offset: true,
  error: 'must be a time of RFC 3339, such as 2018-01-01T00:00:00Z',
});
const text = z.string().min(1, { error: 'must not be empty' });

/**
 * The create body of `POST /export/jobs` in Adobe's documented form. Strict, unlike what Platform answers:
 * a misspelt `filter` would export every profile.
 */
export const exportRequestSchema = z
  .strictObject({
    destination: z.strictObject({ datasetId: text, segmentPerBatch: z.boolean().optional() }),
    schema: z.strictObject({ name: text }),
    fields: text.optional(),
    mergePolicy: z.strictObject({ id: text.optional(), version: z.int().optional() }).optional(),
    filter: z
      .strictObject({
        segments: z
          .array(
            z.strictObject({
              segmentId: text,
              segmentNs: text.optional(),
              status: z.array(text).optional(),
            }),
          )
          .min(1, { error: 'must not be empty: leave it out to export every profile' })
          .optional(),
        segmentQualificationTime: z
          .strictObject({ startTime: time.optional(), endTime: time.optional() })
          .optional(),
        fromIngestTimestamp: time.optional(),
        emptyProfiles: z.boolean().optional(),
      })
      .optional(),
    additionalFields: z
      .strictObject({
        eventList: z.strictObject({
          fields: text.optional(),
          filter: z
            .strictObject({ fromIngestTimestamp: time.optional(), toIngestTimestamp: time.optional() })
            .optional(),
        }),
      })
      .optional(),
    evaluationInfo: z.strictObject({ segmentation: z.boolean() }).optional(),
  })
  .meta({
    id: 'ExportRequest',
    description:
      "A new job in Adobe's own form, as `POST /export/jobs` documents it. It is sent on as it is.",
  });

export type ExportRequest = z.output<typeof exportRequestSchema>;
