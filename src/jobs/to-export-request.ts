import type { ExportRequest } from '../platform/export-request.ts';
import type { NewJob } from './new-job.ts';
import { unlessEmpty } from './to-job.ts';

/** The schema of profiles; the only one that segments speak of. */
export const profileSchema = '_xdm.context.profile';

/** A new job in Platform's words. Pure. What the caller left out is left out. */
export function toExportRequest(job: NewJob): ExportRequest {
  return {
    destination: { datasetId: job.datasetId, segmentPerBatch: job.batchPerSegment },
    schema: { name: job.schema ?? profileSchema },
    fields: job.fields?.join(','),
    mergePolicy: typeof job.mergePolicy === 'string' ? { id: job.mergePolicy } : job.mergePolicy,
    filter: unlessEmpty({
      segments: job.segments?.map(toSegment),
      segmentQualificationTime:
        job.qualified && unlessEmpty({ startTime: job.qualified.from, endTime: job.qualified.to }),
      fromIngestTimestamp: job.ingestedAfter,
      emptyProfiles: job.includeEmptyProfiles,
    }),
    additionalFields: job.events && { eventList: toEventList(job.events) },
    evaluationInfo: job.evaluateSegments === undefined ? undefined : { segmentation: job.evaluateSegments },
  };
}

function toSegment(segment: NonNullable<NewJob['segments']>[number]) {
  if (typeof segment === 'string') return { segmentId: segment };
  return { segmentId: segment.id, segmentNs: segment.namespace, status: segment.status };
}

function toEventList({ fields, ingestedAfter, ingestedBefore }: NonNullable<NewJob['events']>) {
  return {
    fields: fields?.join(','),
    filter: unlessEmpty({ fromIngestTimestamp: ingestedAfter, toIngestTimestamp: ingestedBefore }),
  };
}
