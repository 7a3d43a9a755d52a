import { parseHttpDate } from './http-date.ts';

/** The headers of an answer from one of Adobe's services, names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A text as JSON, or nothing where it is none: HTML from a load balancer, half a body, an empty one. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function firstHeader(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** All lines of a header as one text, as RFC 9110, 5.3 puts them together. */
export function headerText(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** A larger number is a wrong unit, and must not be passed on in a header of ours. */
const longestMs = 365 * 24 * 60 * 60 * 1000;

/**
 * How long upstream asks us to hold off, in milliseconds, or undefined if it does not say. `nowMs` is wall time, for
 * where the answer itself does not say what time it is: by its own `Date`, a clock that is wrong on either side makes
 * no difference.
 *
 * `Retry-After` counts seconds or names a date (RFC 9110, 10.2.3). Adobe's gateway also sends it misspelt
 * as `Retry_After: 300s`. Seconds with a fraction are taken too. Of several values the longest counts: whoever
 * comes back too early is refused again.
 */
export function readRetryAfter(headers: AnswerHeaders, nowMs: number): number | undefined {
  const saidAtMs = parseHttpDate(firstHeader(headers, 'date') ?? '', nowMs) ?? nowMs;
  const given = [headers['retry-after'], headers.retry_after].flat().filter((text) => text !== undefined);
  const delaysMs = given
    .flatMap(splitNumbers)
    .map((text) => readOne(text.trim(), saidAtMs))
    .filter((delayMs) => delayMs !== undefined);
  return delaysMs.length === 0 ? undefined : Math.min(Math.max(...delaysMs), longestMs);
}

/** A date holds a comma of its own; a list of numbers is what a proxy makes of two lines. */
function splitNumbers(text: string): string[] {
  return /[a-z]{3}/i.test(text) ? [text] : text.split(',');
}

function readOne(text: string, nowMs: number): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)\s*(?:s|sec|secs|seconds)?$/i.exec(text)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const dateMs = parseHttpDate(text, nowMs);
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}
