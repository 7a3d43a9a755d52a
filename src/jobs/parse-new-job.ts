import type { z } from 'zod';
import { toPointer } from '../observability/json-pointer.ts';
import { exportRequestSchema } from '../platform/export-request.ts';
import type { FaultyPart } from '../problems/fault.ts';
import { type TellFault, tellFirst } from '../problems/first-faults.ts';
import type { NewExport } from './creating/new-export.ts';
import { InvalidJob } from './errors.ts';
import { newJobSchema } from './new-job.ts';
import { toExportRequest } from './to-export-request.ts';

/**
 * Turns a body into what Platform is to be sent: our own words reshaped, or Adobe's form (it has a
 * `destination`) as it is.
 *
 * @throws InvalidJob with all that is wrong, each at its JSON pointer
 */
export function parseNewJob(body: unknown): NewExport {
  if (isInAdobesForm(body)) {
    const request = check(exportRequestSchema, body, "Adobe's form (it has a destination)");
    return { request, form: 'adobes' };
  }
  return { request: toExportRequest(check(newJobSchema, body, 'a new job')), form: 'ours' };
}

function isInAdobesForm(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'destination' in body;
}

function check<Schema extends z.ZodType>(schema: Schema, body: unknown, form: string): z.output<Schema> {
  // With the input, because only that tells a missing value from one of the wrong type.
  const read = schema.safeParse(body, { reportInput: true, error: toSentence });
  if (read.success) return read.data;
  const { notice, errors } = tellFirst(allFaultyParts(read.error.issues));
  throw new InvalidJob(`The body is not ${form}; nothing was started. ${notice}`, { errors });
}

type Issue = z.core.$ZodIssue;

/** One by one, because there may be very many, and only the first ones are listed in the answer. */
function* allFaultyParts(issues: readonly Issue[]): Generator<TellFault> {
  for (const issue of issues) yield* faultyParts(issue, []);
}

function* faultyParts(issue: Issue, prefix: readonly PropertyKey[]): Generator<TellFault> {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) yield () => toUnknownProperty(path, key);
    return;
  }
  if (issue.code === 'invalid_union') {
    const fitting = issue.errors.find((branch) => branch.some(isDeeper));
    if (fitting === undefined) yield () => toFaultyPart(path, 'must be an id or an object with an id');
    else for (const inner of fitting) yield* faultyParts(inner, path);
    return;
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined && path.length > 0;
  yield () => toFaultyPart(path, missing ? 'is required' : issue.message);
}

/** The branch of a union that the caller meant is the one whose fault lies deeper than the value itself. */
function isDeeper(issue: Issue): boolean {
  return issue.code !== 'invalid_type' || issue.path.length > 0;
}

function toUnknownProperty(path: readonly PropertyKey[], key: string): FaultyPart {
  const { pointer, isWhole } = toPointer([...path, key]);
  const detail = isWhole
    ? 'is not a property known here'
    : `has a property with a name of ${key.length} characters, which is not known here`;
  return { pointer, detail };
}

function toFaultyPart(path: readonly PropertyKey[], detail: string): FaultyPart {
  return { pointer: toPointer(path).pointer, detail };
}

/** If a schema has no sentence of its own. The validator's sentences use its own words and not those of a job. */
function toSentence({ code, expected }: { readonly code?: string; readonly expected?: string }): string {
  if (code === 'invalid_type' && expected === 'object') return 'must be an object';
  return 'has a value that it cannot have';
}
