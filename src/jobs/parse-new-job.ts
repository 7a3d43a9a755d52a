import type { z } from 'zod';
import type { FaultyPart } from '../observability/fault.ts';
import { type ExportRequest, exportRequestSchema } from '../platform/export-request.ts';
import { InvalidJob } from './errors.ts';
import { newJobSchema } from './new-job.ts';
import { toExportRequest } from './to-export-request.ts';

/**
 * Turns a body into what Platform is to be sent: our own words reshaped, or Adobe's form (it has a
 * `destination`) as it is.
 *
 * @throws InvalidJob with all that is wrong, each at its JSON pointer
 */
export function parseNewJob(body: unknown): ExportRequest {
  if (isInAdobesForm(body)) return check(exportRequestSchema, body, "Adobe's form (it has a destination)");
  return toExportRequest(check(newJobSchema, body, 'a new job'));
}

function isInAdobesForm(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'destination' in body;
}

function check<Schema extends z.ZodType>(schema: Schema, body: unknown, form: string): z.output<Schema> {
  // The input is asked for, because only it tells what is missing from what is of the wrong type.
  const read = schema.safeParse(body, { reportInput: true });
  if (read.success) return read.data;
  const errors = read.error.issues.flatMap((issue) => toFaultyParts(issue, []));
  throw new InvalidJob(`The body is not ${form}; nothing was started. See errors.`, { errors });
}

type Issue = z.core.$ZodIssue;

function toFaultyParts(issue: Issue, prefix: readonly PropertyKey[]): FaultyPart[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: toPointer([...path, key]),
      detail: 'is not a property known here',
    }));
  }
  if (issue.code === 'invalid_union') {
    const [fitting] = issue.errors.filter((branch) => branch.some(isDeeper));
    if (fitting) return fitting.flatMap((inner) => toFaultyParts(inner, path));
    return [{ pointer: toPointer(path), detail: 'must be an id or an object with an id' }];
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined && path.length > 0;
  return [{ pointer: toPointer(path), detail: missing ? 'is required' : issue.message }];
}

/** A branch of a union is the one that was meant when its fault lies inside of it. */
function isDeeper(issue: Issue): boolean {
  return issue.code !== 'invalid_type' || issue.path.length > 0;
}

/** RFC 6901; empty for the whole body. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
