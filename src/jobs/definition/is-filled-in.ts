import type { Definition } from './definition.ts';
import { inOrder } from './definition-of.ts';
import { fingerprintOf } from './fingerprint-of.ts';

/**
 * Whether a job is what was requested, but for what the request has left out: Platform may show the merge policy
 * and the statuses that it has taken in their place. Also true for equal ones.
 */
export function isFilledIn(requested: Definition, job: Definition): boolean {
  return fingerprintOf(withoutFilling(requested, job)) === fingerprintOf(requested);
}

function withoutFilling(requested: Definition, job: Definition): Definition {
  const withoutStatus = new Set(requested.segments.filter(({ status }) => status === undefined).map(nameOf));
  const withStatus = new Set(requested.segments.filter(({ status }) => status !== undefined).map(nameOf));
  const segments = job.segments.map((segment) => {
    const name = nameOf(segment);
    // Requested both ways, it cannot be told which of the two was filled in.
    return withoutStatus.has(name) && !withStatus.has(name) ? { ...segment, status: undefined } : segment;
  });
  return { ...job, segments: inOrder(segments), mergePolicy: policyWithoutFilling(requested, job) };
}

function policyWithoutFilling({ mergePolicy: requested }: Definition, { mergePolicy: shown }: Definition) {
  if (requested === undefined || shown === undefined) return requested === undefined ? undefined : shown;
  return {
    id: requested.id === undefined ? undefined : shown.id,
    version: requested.version === undefined ? undefined : shown.version,
  };
}

const nameOf = ({ id, namespace }: Definition['segments'][number]) => JSON.stringify([id, namespace]);
