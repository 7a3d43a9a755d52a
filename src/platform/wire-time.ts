const rfc3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d|60)(?:\.(\d+))?)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

const mostFractionDigits = 9;

/**
 * Any time of RFC 3339, 5.6 (a `t` or a blank for the `T`, `z`, a fraction of any length, a leap second, `-00:00`), in
 * the form that Platform documents: upper case, nanoseconds at most, no second 60. Seconds may be left out. Pure.
 *
 * @returns nothing for what is no such time
 */
export function toWireTime(text: string): string | undefined {
  const [, date, clock, second = '00', digits = '', zone = ''] = rfc3339.exec(text) ?? [];
  if (date === undefined || clock === undefined || !isDate(date)) return undefined;
  const fraction = digits === '' ? '' : `.${digits.slice(0, mostFractionDigits)}`;
  const offset = zone === 'z' || zone === '-00:00' ? 'Z' : zone;
  if (second !== '60') return `${date}T${clock}:${second}${fraction}${offset}`;
  return afterLeapSecond(Date.parse(`${date}T${clock}:59${offset}`), fraction);
}

/** POSIX counts second 60 as second 0 of the next minute. It only ever ends a month, in UTC (RFC 3339, 5.7). */
function afterLeapSecond(secondBeforeMs: number, fraction: string): string | undefined {
  const after = new Date(secondBeforeMs + 1000).toISOString();
  if (!after.endsWith('-01T00:00:00.000Z')) return undefined;
  return after.replace('.000', fraction);
}

/** Not 30 February, which `Date` would take for a day in March. */
function isDate(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}
