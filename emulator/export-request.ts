import { z } from 'zod';

// RFC 3339 in the form that every sample of Adobe has: an upper-case T, and Z or an offset.
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/, 'is not RFC 3339');

/** Platform's documented create body. Types are checked; a property that it does not name is not taken over. */
const exportRequestSchema = z.object({
  destination: z.object({ datasetId: z.string().min(1), segmentPerBatch: z.boolean().optional() }),
  schema: z.object({ name: z.string().min(1) }),
  fields: z.string().optional(),
  mergePolicy: z.object({ id: z.string().optional(), version: z.number().optional() }).optional(),
  filter: z
    .object({
      segments: z
        .array(
          z.object({
            segmentId: z.string().min(1),
            segmentNs: z.string().optional(),
            status: z.array(z.string()).optional(),
          }),
        )
        .optional(),
      segmentQualificationTime: z.object({ startTime: time.optional(), endTime: time.optional() }).optional(),
      fromIngestTimestamp: time.optional(),
      emptyProfiles: z.boolean().optional(),
    })
    .optional(),
  additionalFields: z
    .object({
      eventList: z
        .object({
          fields: z.string().optional(),
          filter: z
            .object({ fromIngestTimestamp: time.optional(), toIngestTimestamp: time.optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
  evaluationInfo: z.object({ segmentation: z.boolean().optional() }).optional(),
});

export type ExportRequest = z.output<typeof exportRequestSchema>;

/** What a caller who left out the whole of it has to give. */
const requiredWithin = new Map([
  ['destination', 'destination.datasetId'],
  ['schema', 'schema.name'],
]);

/** The request, or a sentence on the first thing that is wrong with it. */
export function parseExportRequest(body: unknown): ExportRequest | string {
  const parsed = exportRequestSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  if (path === '') return 'The request body is not a JSON object';
  if (isMissing(body, issue?.path ?? [])) return `${requiredWithin.get(path) ?? path} is required`;
  return `${path} is not valid: ${issue?.message}`;
}

function isMissing(body: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = body;
  for (const key of path) at = Object(at)[key];
  return at === undefined || at === '';
}
