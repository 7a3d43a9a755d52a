import type { Definition } from './definition.ts';
import { inOrder } from './definition-of.ts';
import { fingerprintOf } from './fingerprint-of.ts';

/**
 * Whether a job is what was wished, but for what the wish has left out: Platform may show the merge policy and the
 * statuses that it has taken in their place. Also true for equal ones.
 */
export function isFilledIn(wish: Definition, job: Definition): boolean {
  return fingerprintOf(withoutFilling(wish, job)) === fingerprintOf(wish);
}

function withoutFilling(wish: Definition, job: Definition): Definition {
  const withoutStatus = new Set(wish.segments.filter(({ status }) => status === undefined).map(nameOf));
  const withStatus = new Set(wish.segments.filter(({ status }) => status !== undefined).map(nameOf));
  const segments = job.segments.map((segment) => {
    const name = nameOf(segment);
    // Wished for both ways, it cannot be told which of the two was filled in.
    return withoutStatus.has(name) && !withStatus.has(name) ? { ...segment, status: undefined } : segment;
  });
  return { ...job, segments: inOrder(segments), mergePolicy: policyWithoutFilling(wish, job) };
}

function policyWithoutFilling({ mergePolicy: wished }: Definition, { mergePolicy: shown }: Definition) {
  if (wished === undefined || shown === undefined) return wished === undefined ? undefined : shown;
  return {
    id: wished.id === undefined ? undefined : shown.id,
    version: wished.version === undefined ? undefined : shown.version,
  };
}

const nameOf = ({ id, namespace }: Definition['segments'][number]) => JSON.stringify([id, namespace]);
