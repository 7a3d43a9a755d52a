import { z } from 'zod';
import { longestOffset } from '../jobs/platform-jobs.ts';
import type { ListQuery } from '../platform/platform-client.ts';
import type { FaultyPart } from '../problems/fault.ts';
import { shorten, tellFirst } from '../problems/first-faults.ts';
import { InvalidParameters, SandboxNotAllowed } from './errors.ts';

const jobIdPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** Whether a job of this id can be read here. Platform may have others. */
export const isJobId = (id: string) => jobIdPattern.test(id);

export const jobIdSchema = z
  .string()
  .regex(jobIdPattern)
  .meta({ description: "A job's id.", example: '100' });

export const listQuerySchema = z.strictObject({
  limit: z
    .int({ error: 'must be a whole number from 1 to 1000' })
    .min(1, { error: 'must be at least 1' })
    .max(1000, { error: 'must be at most 1000' })
    .default(25)
    .meta({ description: 'The most jobs to answer with.', example: 25 }),
  offset: z
    .string()
    .min(1, { error: 'must not be empty' })
    .max(longestOffset, { error: `must be at most ${longestOffset} characters` })
    .optional()
    .meta({ description: 'Where the page begins: as `next` gave it.', example: '1538573416687_722' }),
  status: z
    .enum(['NEW', 'SUCCEEDED', 'FAILED'], { error: 'must be NEW, SUCCEEDED or FAILED' })
    .optional()
    .meta({ description: 'Only jobs in this status.' }),
});

/** @throws InvalidParameters */
export function parseJobId(id: unknown): string {
  if (typeof id === 'string' && isJobId(id)) return id;
  const errors = [{ parameter: 'id', detail: 'must be 1 to 128 letters, digits, _ or -' }];
  throw new InvalidParameters('The job id is not valid.', { errors });
}

/**
 * An unknown parameter, an unknown status or one given twice is refused and never ignored: without its filter a list
 * would show everything.
 *
 * @throws InvalidParameters
 */
export function parseListQuery(query: URLSearchParams): ListQuery {
  const { data, faults } = readQuery(listQuerySchema, query, readNumber);
  if (data !== undefined && faults.length === 0) return data;
  throw refusal('The query cannot be understood.', faults);
}

/** What a query says, and all that is wrong with it. `data` is there where only names are repeated, too. */
export function readQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: URLSearchParams,
  readValue: (entry: [string, string]) => [string, string | number] = (entry) => entry,
): { data: z.output<Schema> | undefined; faults: FaultyPart[] } {
  const faults = [...repeatedNames(query)].map((parameter) => toFault(parameter, 'must be given once'));
  const read = schema.safeParse(Object.fromEntries([...query].map(readValue)));
  for (const issue of read.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys) faults.push(toFault(name, unknownParameter));
    } else {
      faults.push(toFault(String(issue.path[0]), issue.message));
    }
  }
  return { data: read.data, faults };
}

/**
 * For calls that take no query: a caller that sends one expects an effect that it does not have.
 *
 * @throws InvalidParameters
 */
export function refuseQuery(query: URLSearchParams): void {
  if (query.size === 0) return;
  const errors = [...new Set(query.keys())].map((name) => toFault(name, unknownParameter));
  throw refusal('This call takes no query.', errors);
}

/**
 * The sandbox that a stream's query or header names: a browser's EventSource cannot send headers of its own. The query
 * may contain only that, a ticket and the last event's id. If both name a sandbox, they have to agree, because a gateway may
 * have checked only one of them.
 *
 * @throws InvalidParameters
 */
export function parseSandboxQuery(query: URLSearchParams, header: string | undefined): string | undefined {
  const [sandbox = header, ...more] = query.getAll('sandbox');
  const errors = more.length > 0 ? [{ parameter: 'sandbox', detail: 'must be given once' }] : [];
  if (header !== undefined && sandbox !== header) {
    errors.push({ parameter: 'sandbox', detail: 'must be the same as x-sandbox-name, where both are given' });
  }
  const unknown = [...new Set(query.keys())].filter(
    (name) => name !== 'sandbox' && name !== 'ticket' && !lastEventIdNames.test(name),
  );
  for (const name of unknown) errors.push(toFault(name, unknownParameter));
  if (errors.length === 0) return sandbox;
  throw refusal('The query cannot be understood.', errors);
}

const unknownParameter = 'is not a parameter known here';

function toFault(name: string, detail: string) {
  return { parameter: shorten(name), detail };
}

export function refusal(sentence: string, faults: readonly FaultyPart[]): InvalidParameters {
  const { notice, errors } = tellFirst(faults.map((fault) => () => fault));
  return new InvalidParameters(`${sentence} ${notice}`, { errors });
}

/** In a single pass, because a query may have thousands of names. */
function repeatedNames(query: URLSearchParams): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of query.keys()) (seen.has(name) ? repeated : seen).add(name);
  return repeated;
}

/**
 * What a library for EventSource calls the last event's id, where it cannot send a header:
 * https://github.com/Yaffle/EventSource#custom-query-parameter-name-for-the-last-event-id
 */
const lastEventIdNames = /^last-?event-?id$/i;

/** The last one counts, because libraries append the newest. Any value is accepted: it is only compared. */
export function parseLastEventId(query: URLSearchParams): string | undefined {
  return [...query].findLast(([name, value]) => value !== '' && lastEventIdNames.test(name))?.[1];
}

/** Digits alone are a number: no sign, no exponent, no hexadecimal. */
function readNumber([name, value]: [string, string]): [string, string | number] {
  return [name, name === 'limit' && /^\d+$/.test(value) ? Number(value) : value];
}

/** The canonical query of a list, as in the link to its next page. */
export function toQueryString({ limit, offset, status }: ListQuery): string {
  return new URLSearchParams({
    limit: String(limit),
    ...(offset !== undefined && { offset }),
    ...(status !== undefined && { status }),
  }).toString();
}

/**
 * The sandbox to work in: the one that the caller named, if it may use it, or its first one. Whether another one exists
 * is not told.
 *
 * @throws SandboxNotAllowed
 */
export function chooseSandbox(named: string | undefined, allowed: readonly string[]): string {
  const chosen = named ?? allowed[0];
  if (chosen !== undefined && allowed.includes(chosen)) return chosen;
  const detail =
    allowed.length === 0
      ? 'This caller may use none of the sandboxes that are configured.'
      : `Of the sandboxes, this caller may use only: ${allowed.join(', ')}.`;
  throw new SandboxNotAllowed(detail, {
    errors: [{ parameter: 'x-sandbox-name', detail: 'must name one that this caller may use' }],
  });
}
