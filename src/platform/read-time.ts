import { numberOf } from './read-fields.ts';

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
