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
  if (violations.length === 0) return;
  const indexOf = createIndexOf(exported);
  throw toPolicyRefused(inOrder(violations, indexOf), toTell(exported, createPointerOf(exported, indexOf)));
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

type IndexOf = (place: Place) => number | undefined;

/** The rules have seen the fields sorted by name: as the caller has sent them, they are found more easily. */
function inOrder(violations: readonly Violation[], indexOf: IndexOf): readonly Violation[] {
  const parts = Map.groupBy(violations, ({ place }) => place.part);
  const indexed = ({ place }: Violation) => indexOf(place) ?? -1;
  return [...parts.values()].flatMap((some) => some.sort((one, other) => indexed(one) - indexed(other)));
}

/** Where in the body something is, or would be if it were there. */
function createPointerOf({ form }: Judged, indexOf: IndexOf): (place: Place) => string {
  return (place) => {
    const pointer = pointers[form][place.part];
    // Only our form has a place for each field.
    if (form === 'adobes') return pointer;
    const index = indexOf(place);
    return index === undefined ? pointer : `${pointer}${toPointer([index]).pointer}`;
  };
}

/** Which of its list a field is; nothing for what is no field. */
function createIndexOf({ request }: Judged): IndexOf {
  const indexes = {
    fields: indexFields(request.fields),
    eventFields: indexFields(request.additionalFields?.eventList?.fields),
  };
  return (place) =>
    'field' in place && place.field !== undefined ? indexes[place.part].get(place.field) : undefined;
}

/** The place of each field in the list that the caller has sent, and of one that is there twice the first. */
function indexFields(list: string | undefined): ReadonlyMap<string, number> {
  const fields = list?.split(',') ?? [];
  return new Map(fields.map((field, index): [string, number] => [field, index]).reverse());
}
