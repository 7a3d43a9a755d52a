import { toPointer } from '../../observability/json-pointer.ts';
import type { ExportPolicies, Place, Violation } from '../../policies/rules.ts';
import type { FaultyPart } from '../../problems/fault.ts';
import { shorten, type TellFault, tellFirst } from '../../problems/first-faults.ts';
import type { Requester } from '../context.ts';
import { PolicyRefused } from '../errors.ts';
import type { DefinedExport } from './define-export.ts';

type Judged = Pick<DefinedExport, 'form' | 'request' | 'definition'>;

/**
 * Lets an export pass that the policies permit to this caller.
 *
 * @throws PolicyRefused with each rule that it breaks, and where in the body as the caller has written it
 */
export function requirePolicies(policies: ExportPolicies, exported: Judged, by: Requester): void {
  const violations = policies.findViolations(by.policyName, exported.definition);
  if (violations.length > 0) throw toPolicyRefused(violations, toTell(exported, createPointerOf(exported)));
}

/** The refusal for these violations; each is one of the whole body, unless `tell` says where it is. */
export function toPolicyRefused(
  violations: readonly Violation[],
  tell: (violation: Violation) => TellFault = tellOfWhole,
): PolicyRefused {
  const { notice, errors } = tellFirst(violations.map(tell));
  const rules = [...new Set(violations.map(({ rule }) => rule))];
  const named = `${rules.length === 1 ? 'a rule' : `${rules.length} rules`} for exports (${rules.join(', ')})`;
  return new PolicyRefused(`This export breaks ${named}; nothing was started. ${notice}`, { errors, rules });
}

const tellOfWhole =
  ({ rule, detail }: Violation) =>
  (): FaultyPart => ({ pointer: '', detail, rule });

function toTell({ form }: Judged, pointerOf: (place: Place) => string) {
  return ({ rule, place, detail }: Violation): TellFault =>
    (): FaultyPart => {
      // In Adobe's form all fields are one text, so the pointer does not say which one it is.
      const field = form === 'adobes' && 'field' in place ? `"${shorten(place.field ?? '')}" ` : '';
      return { pointer: pointerOf(place), detail: `${field}${detail}`, rule };
    };
}

const pointers = {
  ours: {
    whole: '',
    dataset: '/datasetId',
    schema: '/schema',
    profiles: '/allProfiles',
    mergePolicy: '/mergePolicy',
    events: '/events',
    fields: '/fields',
    eventFields: '/events/fields',
  },
  adobes: {
    whole: '',
    dataset: '/destination/datasetId',
    schema: '/schema/name',
    profiles: '/filter',
    mergePolicy: '/mergePolicy',
    events: '/additionalFields/eventList',
    fields: '/fields',
    eventFields: '/additionalFields/eventList/fields',
  },
} as const;

/** Where in the body something is, or would be if it were there. */
function createPointerOf({ form, request }: Judged): (place: Place) => string {
  const indexes = {
    fields: indexFields(request.fields),
    eventFields: indexFields(request.additionalFields?.eventList?.fields),
  };
  return (place) => {
    const pointer = pointers[form][place.part];
    // Only our form has a place for each field.
    if (form === 'adobes' || !('field' in place) || place.field === undefined) return pointer;
    const index = indexes[place.part].get(place.field);
    return index === undefined ? pointer : `${pointer}${toPointer([index]).pointer}`;
  };
}

/** The place of each field in the list that the caller has sent, and of one that is there twice the first. */
function indexFields(list: string | undefined): ReadonlyMap<string, number> {
  const fields = list?.split(',') ?? [];
  return new Map(fields.map((field, index): [string, number] => [field, index]).reverse());
}
