import { z } from 'zod';
import {
  atMost,
  damaged,
  flag,
  isIntact,
  longestFieldList,
  mostSegments,
  mostStatuses,
  text,
  time,
  version,
} from './body-values.ts';

const isBlank = (value: string) => value.trim() === '';
/** Such as a tab, or one of Unicode's: nobody knows which of them Platform takes for a part of a path. */
const oddBlank = /[^\S ]/;

/** Blank means all fields, as for Adobe. Nobody knows what Platform takes an empty path among others for. */
const fieldList = z
  .string({ error: 'must be a string: dotted paths with commas between them' })
  .max(longestFieldList, { error: `must have at most ${longestFieldList} characters` })
  .refine(isIntact, { error: damaged })
  .refine((list) => isBlank(list) || !list.split(',').some(isBlank), {
    error: 'must have a dotted path between its commas',
  })
  .refine((list) => isBlank(list) || !oddBlank.test(list), { error: 'must have no blanks but spaces' })
  .overwrite((list) => (isBlank(list) ? '' : list));

/** Documents and answers of Adobe write it in both ways; what is sent on has the first one. */
const destination = z.preprocess(
  (value) => {
    if (typeof value !== 'object' || value === null || 'datasetId' in value) return value;
    const { dataSetId, ...others } = Object(value);
    return dataSetId === undefined ? value : { datasetId: dataSetId, ...others };
  },
  z.strictObject({ datasetId: text, segmentPerBatch: flag.optional() }),
);

const segment = z.strictObject({
  segmentId: text,
  segmentNs: text.optional(),
  status: atMost(mostStatuses, z.array(text, { error: 'must be an array of strings' })).optional(),
});

/**
 * The create body of `POST /export/jobs` in Adobe's documented form. Strict, unlike what Platform answers:
 * a misspelt `filter` would export every profile.
 */
export const exportRequestSchema = z
  .strictObject({
    destination,
    schema: z.strictObject({ name: text }),
    fields: fieldList.optional(),
    mergePolicy: z.strictObject({ id: text.optional(), version: version.optional() }).optional(),
    filter: z
      .strictObject({
        segments: atMost(
          mostSegments,
          z
            .array(segment, { error: 'must be an array of segments' })
            .min(1, { error: 'must not be empty: leave it out to export every profile' }),
        ).optional(),
        segmentQualificationTime: z
          .strictObject({ startTime: time.optional(), endTime: time.optional() })
          .optional(),
        fromIngestTimestamp: time.optional(),
        emptyProfiles: flag.optional(),
      })
      .optional(),
    additionalFields: z
      .strictObject({
        eventList: z
          .strictObject({
            fields: fieldList.optional(),
            filter: z
              .strictObject({ fromIngestTimestamp: time.optional(), toIngestTimestamp: time.optional() })
              .optional(),
          })
          .optional(),
      })
      .optional(),
    evaluationInfo: z.strictObject({ segmentation: flag.optional() }).optional(),
  })
  .meta({
    id: 'ExportRequest',
    description:
      "A new job in Adobe's own form, as `POST /export/jobs` documents it. It is sent on as it is, its times in the form that Adobe documents.",
  });

export type ExportRequest = z.output<typeof exportRequestSchema>;
