/** What a mapping that trusts upstream needs to know of a job. */
export interface PlatformJob {
  id: number;
  jobType: string;
  status: string;
  fields?: string;
  schema?: { name: string };
  filter?: {
    segments?: Segment[];
    segmentQualificationTime?: { startTime: string; endTime: string };
    fromIngestTimestamp?: string;
    emptyProfiles?: boolean;
  };
  additionalFields?: { eventList?: { fields: string; filter?: { fromIngestTimestamp: string } } };
  mergePolicy?: { id: string; version: number };
  destination?: { datasetId: string; segmentPerBatch: boolean; batchId: string; batches: Segment };
  errors?: { code: string; msg: string }[];
  metrics?: { totalTime?: Timing; profileExportTime?: Timing; aCPDatasetWriteTime?: Timing };
  creationTime: number;
  updateTime: number;
  requestId: string;
}

interface Segment {
  segmentId: string;
  segmentNs: string;
  status: string[];
  batchId?: string;
}

interface Timing {
  startTimeInMs: number;
  endTimeInMs: number;
  totalTimeInMs: number;
}

const finalStatuses = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

export function toOurWords(job: PlatformJob) {
  const { destination, filter, metrics } = job;
  return {
    id: String(job.id),
    type: job.jobType,
    status: job.status,
    done: finalStatuses.includes(job.status),
    datasetId: destination?.datasetId,
    schema: job.schema?.name,
    fields: job.fields?.split(','),
    segments: filter?.segments?.map(toSegment) ?? [],
    qualified: filter?.segmentQualificationTime && {
      from: filter.segmentQualificationTime.startTime,
      to: filter.segmentQualificationTime.endTime,
    },
    ingestedAfter: filter?.fromIngestTimestamp,
    includeEmptyProfiles: filter?.emptyProfiles,
    events: job.additionalFields?.eventList && {
      fields: job.additionalFields.eventList.fields.split(','),
      ingestedAfter: job.additionalFields.eventList.filter?.fromIngestTimestamp,
    },
    mergePolicy: job.mergePolicy,
    batchPerSegment: destination?.segmentPerBatch,
    batchId: destination?.batchId,
    batches: destination ? [toBatch(destination.batches)] : [],
    errors: job.errors?.map(({ code, msg }) => ({ code, message: msg })) ?? [],
    metrics: metrics && {
      total: toTiming(metrics.totalTime),
      profileExport: toTiming(metrics.profileExportTime),
      datasetWrite: toTiming(metrics.aCPDatasetWriteTime),
    },
    createdAt: new Date(job.creationTime).toISOString(),
    updatedAt: new Date(job.updateTime).toISOString(),
    requestId: job.requestId,
  };
}

function toSegment({ segmentId, segmentNs, status }: Segment) {
  return { id: segmentId, namespace: segmentNs, status };
}

function toBatch({ batchId, segmentId, segmentNs, status }: Segment) {
  return { id: batchId, segmentId, namespace: segmentNs, status };
}

function toTiming(timing: Timing | undefined) {
  return (
    timing && {
      startedAt: new Date(timing.startTimeInMs).toISOString(),
      endedAt: new Date(timing.endTimeInMs).toISOString(),
      durationMs: timing.totalTimeInMs,
    }
  );
}
