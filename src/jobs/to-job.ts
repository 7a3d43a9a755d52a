import type { ExportJob } from '../platform/export-job.ts';
import type { Job } from './job.ts';
import { orNothing } from './or-nothing.ts';

/** `CANCELLED` is not documented for export jobs, but it is final for their siblings, the segment jobs. */
const finalStatuses = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/**
 * Platform's job in our words. Pure. Every field of the answer is named here, so what is not named cannot
 * leak: organization, instance, compute gateway ids and call stacks have no way out.
 */
export function toJob(job: ExportJob): Job {
  const { destination, filter, metrics } = job;
  return {
    id: job.id,
    type: job.jobType,
    status: job.status,
    done: finalStatuses.has(job.status),
    datasetId: destination?.datasetId ?? destination?.dataSetId,
    schema: job.schema?.name,
    fields: splitFields(job.fields),
    segments: (filter?.segments ?? []).map(toSegment),
    qualified: toQualified(filter?.segmentQualificationTime),
    ingestedAfter: filter?.fromIngestTimestamp,
    includeEmptyProfiles: filter?.emptyProfiles,
    events: toEvents(job.additionalFields?.eventList),
    mergePolicy: job.mergePolicy && orNothing({ id: job.mergePolicy.id, version: job.mergePolicy.version }),
    batchPerSegment: destination?.segmentPerBatch,
    evaluateSegments: job.evaluationInfo?.segmentation,
    // Empty after a failure.
    batchId: destination?.batchId || undefined,
    batches: (destination?.batches ?? []).flatMap(toBatch),
    errors: (job.errors ?? []).map(({ code, msg }) => ({ code, message: msg })),
    metrics: metrics && toMetrics(metrics),
    createdAt: toTime(job.creationTime),
    updatedAt: toTime(job.updateTime),
    requestId: job.requestId,
  };
}

type Filter = NonNullable<ExportJob['filter']>;
type Destination = NonNullable<ExportJob['destination']>;
type Metrics = NonNullable<ExportJob['metrics']>;
type EventList = NonNullable<ExportJob['additionalFields']>['eventList'];

function toSegment({ segmentId, segmentNs, status }: NonNullable<Filter['segments']>[number]) {
  return { id: segmentId, namespace: segmentNs, status };
}

function toBatch({ batchId, segmentId, segmentNs, status }: NonNullable<Destination['batches']>[number]) {
  const batch = orNothing({ id: batchId || undefined, segmentId, namespace: segmentNs, status });
  return batch ?? [];
}

function toQualified(time: Filter['segmentQualificationTime']) {
  return time && orNothing({ from: time.startTime, to: time.endTime });
}

function toEvents(events: EventList) {
  if (events === undefined) return undefined;
  return {
    fields: splitFields(events.fields),
    ingestedAfter: events.filter?.fromIngestTimestamp,
    ingestedBefore: events.filter?.toIngestTimestamp,
  };
}

function toMetrics(metrics: Metrics) {
  return orNothing({
    total: toTiming(metrics.totalTime),
    profileExport: toTiming(metrics.profileExportTime),
    datasetWrite: toTiming(metrics.aCPDatasetWriteTime),
    profiles: metrics.totalExportedProfileCounter,
    profilesByNamespace: metrics.exportedProfileByNamespaceCounter,
  });
}

function toTiming(timing: Metrics['totalTime']) {
  return (
    timing &&
    orNothing({
      startedAt: toTime(timing.startTimeInMs),
      endedAt: toTime(timing.endTimeInMs),
      durationMs: timing.totalTimeInMs,
    })
  );
}

/** Epoch milliseconds as RFC 3339, UTC. */
function toTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}

/** A comma-separated list of dotted paths; absent or empty means all fields. */
function splitFields(fields: string | undefined): string[] | undefined {
  const paths = fields
    ?.split(',')
    .map((path) => path.trim())
    .filter(Boolean);
  return paths?.length ? paths : undefined;
}
