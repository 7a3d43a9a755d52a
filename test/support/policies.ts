import { createMovableClock } from '../../emulator/movable-clock.ts';
import { parsePolicies } from '../../src/config/policies-file.ts';
import { defineExport } from '../../src/jobs/creating/define-export.ts';
import { requirePolicies } from '../../src/jobs/creating/require-policies.ts';
import { InvalidJob, PolicyRefused } from '../../src/jobs/errors.ts';
import { parseNewJob } from '../../src/jobs/parse-new-job.ts';
import { createExportPolicies } from '../../src/policies/export-policies.ts';
import type { Policies } from '../../src/policies/policies.ts';
import type { ExportContent } from '../../src/policies/rules.ts';
import { by } from './changing.ts';

/** Policies as an operator writes them into the file. */
export function policiesOf(file: object): Policies {
  const read = parsePolicies(file);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read;
}

/** The rules for everyone, at some time. */
export const enforce = (rules: object) =>
  createExportPolicies(policiesOf({ everyone: rules }), createMovableClock());

/** An export of all profiles. */
export const content: ExportContent = {
  datasetId: 'd',
  schema: '_xdm.context.profile',
  fields: ['a'],
  segments: [],
  mergePolicy: undefined,
  events: undefined,
};

/** What the rules make of a body: the fault that the caller is told, or nothing where it may go. */
export function refusalOf(rules: object, body: object): PolicyRefused | InvalidJob | undefined {
  try {
    requirePolicies(enforce(rules), defineExport(parseNewJob(body)), by);
    return undefined;
  } catch (error) {
    if (error instanceof PolicyRefused || error instanceof InvalidJob) return error;
    throw error;
  }
}

/** `rule pointer` of each, in the order of the answer. */
export function brokenRules(rules: object, body: object): string[] {
  const parts = refusalOf(rules, body)?.details.errors ?? [];
  return parts.map((part) =>
    'pointer' in part ? `${part.rule ?? 'invalid'} ${part.pointer}` : part.parameter,
  );
}

/** An export in our words, and the same in Adobe's. */
export const inBothForms = (fields: readonly string[] | undefined, eventFields?: readonly string[]) => [
  {
    datasetId: 'd',
    allProfiles: true,
    ...(fields && { fields }),
    ...(eventFields && { events: { fields: eventFields } }),
  },
  {
    destination: { datasetId: 'd' },
    schema: { name: '_xdm.context.profile' },
    ...(fields && { fields: fields.join(',') }),
    ...(eventFields && { additionalFields: { eventList: { fields: eventFields.join(',') } } }),
  },
];
