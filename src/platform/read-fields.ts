/*
 * How upstream's words are read: liberally. What has a shape that nobody has documented reads as absent
 * instead of failing the answer, because a caller whose export was started must not be told that it was not
 * when a counter has changed its type. Functions and not a schema, so that what is sent on is not copied first.
 */

/** An object of upstream's. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function flagOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A number that JSON can write, or its digits. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && isDecimal(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Several texts, or a single one. */
export function textsOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}

/** Several objects, or a single one; what else is among them is passed over. */
export function listOf(value: unknown): readonly Fields[] {
  if (Array.isArray(value)) return value.every(isFields) ? value : value.filter(isFields);
  return isFields(value) ? [value] : [];
}

/** A number for each of some names that nobody knows beforehand. */
export function numbersOf(value: unknown): Record<string, number> | undefined {
  return isNumbers(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not what else `Number` takes for one: blanks, `0x10`, `1e3`. */
function isDecimal(text: string): boolean {
  return /^-?\d{1,19}(?:\.\d{1,9})?$/.test(text);
}

function isNumbers(value: unknown): value is Record<string, number> {
  return (
    isFields(value) && Object.values(value).every((one) => typeof one === 'number' && Number.isFinite(one))
  );
}
