import type { ExportRequest } from '../../platform/export-request.ts';
import type { Audited } from './audit-recorder.ts';

/** What the audit trail says of an export whose definition is not made. Pure. */
export function describeRequest({ destination, fields, filter, additionalFields }: ExportRequest): Audited {
  return {
    datasetId: destination.datasetId,
    segments: (filter?.segments ?? []).map(({ segmentId }) => segmentId),
    fields: fields ? fields.split(',') : 'all',
    events: additionalFields?.eventList !== undefined,
  };
}
