/*
 * Fields of upstream's JSON are read liberally. One with an undocumented shape reads as absent and does not fail the
 * answer: a caller must not get an error for a started export because a counter has changed its type. These are
 * functions and not a schema, because a schema copies all fields first (decision 10).
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

/** A map of numbers whose names are not known beforehand. */
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

/** What RFC 3339 can write: the years 0 to 9999. */
const earliestMs = Date.parse('0000-01-01T00:00:00.000Z');
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');

/** ISO 8601 as services write it: with or without seconds, colon and offset, which then is UTC. */
const isoTime =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(?:[Zz]|UTC|([+-]\d{2}):?(\d{2})?)?)?$/;

/** A time in whole epoch milliseconds, or nothing where it is none. */
export function epochMsOf(value: unknown): number | undefined {
  const number = numberOf(value);
  const epochMs = number === undefined ? ofIso(value) : ofNumber(number);
  if (epochMs === undefined || !(epochMs >= earliestMs && epochMs <= latestMs)) return undefined;
  return Math.trunc(epochMs);
}

/**
 * One of Adobe's documents counts seconds and every sample milliseconds; other services write texts. A time that is
 * an export's tells its unit by its size: as milliseconds, 1e11 is in 1973, and as seconds in the year 5138. What
 * would be before 1973 as seconds, too, is what the field's name says.
 */
function ofNumber(number: number): number | undefined {
  const size = Math.abs(number);
  if (size < 1e8) return number;
  if (size < 1e11) return number * 1e3;
  if (size < 1e14) return number;
  if (size < 1e17) return number / 1e3;
  return size < 1e20 ? number / 1e6 : undefined;
}

function ofIso(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const parts = isoTime.exec(value.trim());
  if (parts === null) return undefined;
  const [, date, time = '00:00', seconds = '00', fraction = '', hours, minutes = '00'] = parts;
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  const offset = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  // A leap second is the one before it: a date of JavaScript's has none.
  const epochMs = Date.parse(`${date}T${time}:${seconds === '60' ? '59' : seconds}.${ms}${offset}`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
