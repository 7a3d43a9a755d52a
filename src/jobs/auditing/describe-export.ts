import type { Definition } from '../definition/definition.ts';
import type { Audited } from './audit-recorder.ts';

/** What the audit trail says of an export: of whom, what, and where to. Pure. */
export function describeExport(definition: Definition, fingerprint: string): Audited {
  const { datasetId, segments, fields, events } = definition;
  return {
    fingerprint,
    datasetId,
    segments: segments.map(({ id }) => id),
    fields: fields ?? 'all',
    events: events !== undefined,
  };
}
