import type { ExportRequest } from '../../src/platform/export-request.ts';
import type { ExportContent } from '../../src/policies/rules.ts';

/** What rules look at, of a request as Platform gets it. */
export function contentOf(request: ExportRequest): ExportContent {
  const events = request.additionalFields?.eventList;
  return {
    datasetId: request.destination.datasetId,
    fields: split(request.fields),
    segments: (request.filter?.segments ?? []).map(({ segmentId }) => ({ id: segmentId })),
    mergePolicy: request.mergePolicy,
    events: events && { fields: split(events.fields) },
  };
}

function split(list: string | undefined): readonly string[] | undefined {
  if (list === undefined || list.trim() === '') return undefined;
  return [...new Set(list.split(',').map((field) => field.trim()))].sort();
}
