import { createTimeWriter } from '../observability/rfc3339.ts';
import type { ExportJob } from '../platform/export-job.ts';
import {
  epochMsOf,
  type Fields,
  fieldsOf,
  flagOf,
  listOf,
  numberOf,
  numbersOf,
  textOf,
  textsOf,
} from '../platform/read-fields.ts';
import type { Job } from './job.ts';

/** `CANCELLED` is not documented for export jobs, but it is final for their siblings, the segment jobs. */
const finalStatuses = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

const writeTime = createTimeWriter();

/**
 * Platform's job in our words. Pure. Every field of the answer is named here, so what is not named cannot
 * leak, such as the organization, the instance, compute gateway ids and call stacks.
 */
export function toJob({ id, status, fields }: ExportJob): Job {
  const destination = fieldsOf(fields.destination);
  const filter = fieldsOf(fields.filter);
  return {
    id,
    type: textOf(fields.jobType),
    status,
    done: finalStatuses.has(status),
    datasetId: textOf(destination?.datasetId) ?? textOf(destination?.dataSetId),
    schema: textOf(fieldsOf(fields.schema)?.name),
    fields: splitFields(fields.fields),
    segments: listOf(filter?.segments).map(toSegment),
    qualified: toQualified(fieldsOf(filter?.segmentQualificationTime)),
    ingestedAfter: textOf(filter?.fromIngestTimestamp),
    includeEmptyProfiles: flagOf(filter?.emptyProfiles),
    events: toEvents(fieldsOf(fieldsOf(fields.additionalFields)?.eventList)),
    mergePolicy: toMergePolicy(fieldsOf(fields.mergePolicy)),
    batchPerSegment: flagOf(destination?.segmentPerBatch),
    evaluateSegments: flagOf(fieldsOf(fields.evaluationInfo)?.segmentation),
    // Empty after a failure.
    batchId: textOf(destination?.batchId) || undefined,
    batches: listOf(destination?.batches).flatMap(toBatch),
    errors: toErrors(fields.errors),
    metrics: toMetrics(fieldsOf(fields.metrics)),
    createdAt: toTime(fields.creationTime),
    updatedAt: toTime(fields.updateTime),
    requestId: textOf(fields.requestId),
  };
}

function toSegment({ segmentId, segmentNs, status }: Fields) {
  return { id: textOf(segmentId), namespace: textOf(segmentNs), status: textsOf(status) };
}

function toBatch({ batchId, segmentId, segmentNs, status }: Fields) {
  const batch = {
    id: textOf(batchId) || undefined,
    segmentId: textOf(segmentId),
    namespace: textOf(segmentNs),
    status: textsOf(status),
  };
  return unlessEmpty(batch) ?? [];
}

/** Several errors or one, each an object or its sentence. */
function toErrors(errors: unknown): Job['errors'] {
  const all = Array.isArray(errors) ? errors : [errors];
  return all.flatMap((one) => {
    if (typeof one === 'string') return one.trim() === '' ? [] : { message: one };
    const fields = fieldsOf(one);
    return fields === undefined ? [] : toError(fields);
  });
}

const sentenceNames = ['msg', 'message', 'errorMessage', 'reason', 'detail', 'description', 'error', 'title'];

/** `msg` is documented; the code is a number in some of Platform's errors. Call stacks stay where they are. */
function toError(fields: Fields): Job['errors'] {
  const { code = fields.errorCode ?? fields.error_code } = fields;
  const error = {
    code: textOf(code) ?? numberOf(code)?.toString(),
    message: sentenceOf(fields),
  };
  if (error.code !== undefined || error.message !== undefined) return [error];
  // A map by status or step, as errors of the profile service are.
  const nested = Object.entries(fields).filter(([name]) => name !== 'callStack');
  const below = nested.flatMap(([, value]) => listOf(value).map(toPlainError));
  return below.some(({ message }) => message !== undefined) ? below : [error];
}

function sentenceOf(fields: Fields): string | undefined {
  for (const name of sentenceNames) {
    const sentence = textOf(fields[name]);
    if (sentence) return sentence;
  }
  return undefined;
}

function toPlainError({ code, msg, message }: Fields): Job['errors'][number] {
  return { code: textOf(code) ?? numberOf(code)?.toString(), message: textOf(msg) ?? textOf(message) };
}

function toQualified(time: Fields | undefined) {
  return time && unlessEmpty({ from: textOf(time.startTime), to: textOf(time.endTime) });
}

function toEvents(events: Fields | undefined) {
  if (events === undefined) return undefined;
  const filter = fieldsOf(events.filter);
  return {
    fields: splitFields(events.fields),
    ingestedAfter: textOf(filter?.fromIngestTimestamp),
    ingestedBefore: textOf(filter?.toIngestTimestamp),
  };
}

function toMergePolicy(policy: Fields | undefined) {
  return policy && unlessEmpty({ id: textOf(policy.id), version: numberOf(policy.version) });
}

function toMetrics(metrics: Fields | undefined) {
  return (
    metrics &&
    unlessEmpty({
      total: toTiming(fieldsOf(metrics.totalTime)),
      profileExport: toTiming(fieldsOf(metrics.profileExportTime)),
      datasetWrite: toTiming(fieldsOf(metrics.aCPDatasetWriteTime)),
      profiles: numberOf(metrics.totalExportedProfileCounter),
      profilesByNamespace: numbersOf(metrics.exportedProfileByNamespaceCounter),
    })
  );
}

function toTiming(timing: Fields | undefined) {
  return (
    timing &&
    unlessEmpty({
      startedAt: toTime(timing.startTimeInMs),
      endedAt: toTime(timing.endTimeInMs),
      durationMs: numberOf(timing.totalTimeInMs),
    })
  );
}

function toTime(value: unknown): string | undefined {
  const epochMs = epochMsOf(value);
  return epochMs === undefined ? undefined : writeTime(epochMs);
}

/** Comma-separated lists of dotted paths, usually one; absent or empty means all fields. */
function splitFields(fields: unknown): string[] | undefined {
  const paths = textsOf(fields)
    ?.flatMap((list) => list.split(','))
    .map((path) => path.trim())
    .filter(Boolean);
  return paths?.length ? paths : undefined;
}

/**
 * The object, or undefined if all its values are undefined. Single values that are undefined stay in it: JSON leaves
 * them out, and to remove them would cost a copy.
 */
export function unlessEmpty<Shape extends object>(shape: Shape): Shape | undefined {
  for (const key in shape) if (shape[key] !== undefined) return shape;
  return undefined;
}
