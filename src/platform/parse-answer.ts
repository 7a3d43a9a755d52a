import { parseJson } from '../ims/http-answer.ts';
import { fieldsOf } from './read-fields.ts';

/** The context is in ES2026's `JSON.parse`, and not yet in TypeScript's. */
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;
const parse: (text: string, reviver: Reviver) => unknown = JSON.parse;

/**
 * An answer's text as JSON, or nothing where it is none: HTML, half a body, an empty one. A job's id past 2^53 becomes
 * a text of its digits, because as a number it may be another job's. Such a text is parsed again, with a reviver, which
 * costs several times as much as the parsing.
 */
export function parseAnswer(text: string): unknown {
  const body = parseJson(text);
  if (!idsOfJobs(body).some(isInexact)) return body;
  return parse(text, (key, value, context) => (key === 'id' && isInexact(value) ? digits(context) : value));
}

/** Where an answer has jobs: it is one, a list of them, or a page with `records`. */
function idsOfJobs(body: unknown): unknown[] {
  const records = Array.isArray(body) ? body : fieldsOf(body)?.records;
  return [body, ...(Array.isArray(records) ? records : [])].map((job) => fieldsOf(job)?.id);
}

const isInexact = (id: unknown) => typeof id === 'number' && !Number.isSafeInteger(id);

function digits(context: { readonly source?: string } | undefined): string | undefined {
  return context?.source !== undefined && /^\d+$/.test(context.source) ? context.source : undefined;
}
