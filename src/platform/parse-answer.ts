import { parseJson } from '../ims/http-answer.ts';

/** An id that may be past 2^53, where a number from JSON may be another job's. */
const longId = /"id"\s*:\s*-?\d{16}/;

/** The context is in ES2026's `JSON.parse`, and not yet in TypeScript's. */
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;
const parse: (text: string, reviver: Reviver) => unknown = JSON.parse;

/**
 * An answer's text as JSON, or nothing where it is none: HTML, half a body, an empty one. A number that is an `id`
 * and cannot be told exactly becomes a text of its digits; all other texts are parsed as they always are, since a
 * reviver costs as much as the parsing.
 */
export function parseAnswer(text: string): unknown {
  if (!longId.test(text)) return parseJson(text);
  try {
    return parse(text, (key, value, context) =>
      key === 'id' && typeof value === 'number' && !Number.isSafeInteger(value) ? digits(context) : value,
    );
  } catch {
    return undefined;
  }
}

function digits(context: { readonly source?: string } | undefined): string | undefined {
  return context?.source !== undefined && /^\d+$/.test(context.source) ? context.source : undefined;
}
