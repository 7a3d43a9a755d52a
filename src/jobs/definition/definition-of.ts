import { organizationMask } from '../../observability/organization-mask.ts';
import type { ExportRequest } from '../../platform/export-request.ts';
import type { Job } from '../job.ts';
import { profileSchema } from '../to-export-request.ts';
import { toJob } from '../to-job.ts';
import { canonicalTime } from './canonical-time.ts';
import type { Definition } from './definition.ts';

/** Platform's own, where a segment names none. */
const defaultNamespace = 'ups';

/**
 * A request is read as the job that Platform will show of it. So there is one reader for the words of both, and one form
 * for what they say.
 */
export function definitionOfRequest(request: ExportRequest): Definition {
  return define(request.destination.datasetId, toJob({ id: '', status: 'NEW', fields: request }));
}

/** Nothing for a job that does not say what it exports, such as one without a dataset. */
export function definitionOfJob(job: Job): Definition | undefined {
  const datasetId = said(job.datasetId);
  const namesAll = job.segments.every(({ id }) => said(id) !== undefined);
  if (datasetId === undefined || !namesAll) return undefined;
  const definition = define(datasetId, job);
  // Two names of which a part is hidden look alike.
  return JSON.stringify(definition).includes(organizationMask) ? undefined : definition;
}

function define(datasetId: string, job: Job): Definition {
  return {
    datasetId,
    schema: said(job.schema) ?? profileSchema,
    fields: job.fields && sortedOnce(job.fields),
    segments: toSegments(job.segments),
    qualified:
      job.qualified && unlessBlank({ from: timeOf(job.qualified.from), to: timeOf(job.qualified.to) }),
    ingestedAfter: timeOf(job.ingestedAfter),
    includeEmptyProfiles: job.includeEmptyProfiles ?? false,
    // That events go is said by the object, whatever is in it.
    events: job.events && {
      fields: job.events.fields && sortedOnce(job.events.fields),
      ingestedAfter: timeOf(job.events.ingestedAfter),
      ingestedBefore: timeOf(job.events.ingestedBefore),
    },
    mergePolicy:
      job.mergePolicy && unlessBlank({ id: said(job.mergePolicy.id), version: job.mergePolicy.version }),
    batchPerSegment: job.batchPerSegment ?? false,
    evaluateSegments: job.evaluateSegments ?? false,
  };
}

/**
 * The same segment with other statuses is another entry, and the two are not put together: with a batch for each
 * segment that would be one batch and not two.
 */
function toSegments(segments: Job['segments']): Definition['segments'] {
  const canonical = segments.map(({ id = '', namespace, status }) => ({
    id,
    namespace: said(namespace) ?? defaultNamespace,
    status: status?.length ? sortedOnce(status) : undefined,
  }));
  return inOrder(canonical);
}

/** Sorted by all that they say, each once. */
export function inOrder(segments: Definition['segments']): Definition['segments'] {
  const byText = new Map(segments.map((one) => [JSON.stringify([one.id, one.namespace, one.status]), one]));
  return sortedOnce([...byText.keys()]).flatMap((text) => byText.get(text) ?? []);
}

/** By UTF-16 code units: the order only has to be always the same. Nothing is normalised. */
function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function timeOf(text: string | undefined): string | undefined {
  const time = said(text);
  return time === undefined ? undefined : canonicalTime(time);
}

/** A blank text says nothing. */
function said(text: string | undefined): string | undefined {
  return text?.trim() ? text : undefined;
}

/** An object in which nothing is said is the same as none. */
function unlessBlank<Shape extends object>(shape: Shape): Shape | undefined {
  return Object.values(shape).some((value) => value !== undefined) ? shape : undefined;
}
