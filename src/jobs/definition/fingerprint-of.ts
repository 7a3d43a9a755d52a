import { hash } from 'node:crypto';
import type { Definition } from './definition.ts';

/**
 * A short name for a definition: equal definitions have equal ones, and different definitions different ones. It is made
 * of a JSON text in which each part has its own place, so that nothing depends on the order of properties.
 */
export function fingerprintOf(definition: Definition): string {
  return hash('sha256', JSON.stringify(toPlaces(definition)), 'base64url');
}

/** What is not said is `null` in it. */
function toPlaces({ qualified, events, mergePolicy, ...definition }: Definition): unknown[] {
  return [
    definition.datasetId,
    definition.schema,
    definition.fields,
    definition.segments.map(({ id, namespace, status }) => [id, namespace, status]),
    qualified && [qualified.from, qualified.to],
    definition.ingestedAfter,
    definition.includeEmptyProfiles,
    events && [events.fields, events.ingestedAfter, events.ingestedBefore],
    mergePolicy && [mergePolicy.id, mergePolicy.version],
    definition.batchPerSegment,
    definition.evaluateSegments,
  ];
}
