const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Sun, 06 Nov 1994 08:49:37 GMT`; a zone in digits (RFC 5322) is taken too. */
const imfFixdate =
  /^[a-z]{3}, (\d{1,2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|Z|([+-]\d{2}):?(\d{2}))$/i;
/** `Sunday, 06-Nov-94 08:49:37 GMT`; some write all of the year, or the day's short name. */
const rfc850Date = /^[a-z]{3,9}, (\d{1,2})-([a-z]{3})-(\d{2}|\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC)$/i;
/** `Sun Nov  6 08:49:37 1994`, which is in GMT although it does not say so. */
const asctimeDate = /^[a-z]{3} ([a-z]{3}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})(?: GMT)?$/i;

/**
 * A date of HTTP, in any of its three forms (RFC 9110, 5.6.7), as milliseconds since the Unix epoch; nothing for
 * any other text. `nowMs` decides which century a year of two digits is in.
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  const imf = imfFixdate.exec(text);
  if (imf) {
    const [, day, month, year, hour, minute, second, zoneHours = '+00', zoneMinutes = '00'] = imf;
    const atMs = toMs(year, month, day, hour, minute, second);
    const zoneMs = (Number(`${zoneHours}`) * 60 + Number(`${zoneHours[0]}${zoneMinutes}`)) * 60_000;
    return atMs === undefined ? undefined : atMs - zoneMs;
  }
  const rfc850 = rfc850Date.exec(text);
  if (rfc850) {
    const [, day, month, year = '', hour, minute, second] = rfc850;
    return toMs(year.length === 2 ? fullYear(Number(year), nowMs) : year, month, day, hour, minute, second);
  }
  const asctime = asctimeDate.exec(text);
  if (asctime) {
    const [, month, day, hour, minute, second, year] = asctime;
    return toMs(year, month, day, hour, minute, second);
  }
  return undefined;
}

/** What seems to be over 50 years ahead is the last year that ended in these digits. */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  if (year > thisYear + 50) return year - 100;
  // Shortly before the turn of a century, the next one has begun already in what is meant.
  return year <= thisYear - 50 ? year + 100 : year;
}

type Part = string | number | undefined;

function toMs(year: Part, month: Part, day: Part, hour: Part, minute: Part, second: Part) {
  const monthIndex = months.indexOf(String(month).toLowerCase());
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)];
  // 60 is a leap second.
  if (monthIndex < 0 || d < 1 || d > 31 || h > 23 || m > 59 || s > 60) return undefined;
  return Date.UTC(Number(year), monthIndex, d, h, m, s);
}
