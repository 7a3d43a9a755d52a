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

/**
 * How long upstream asks us to hold back, in milliseconds, or nothing. `nowMs` is wall time, for where the answer
 * itself does not say what time it is: by its own `Date`, a clock that is wrong on either side makes no difference.
 *
 * `Retry-After` counts seconds or names a date (RFC 9110, 10.2.3). Adobe's gateway also sends it misspelt
 * as `Retry_After: 300s`.
 */
export function readRetryAfter(headers: AnswerHeaders, nowMs: number): number | undefined {
  const text = firstHeader(headers, 'retry-after') ?? firstHeader(headers, 'retry_after');
  if (text === undefined) return undefined;
  const seconds = /^\s*(\d{1,9})\s*s?\s*$/i.exec(text)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  // `Date.parse` takes a bare number, such as `120.5`, for a year or a month; a date of HTTP names its day.
  const dateMs = /[a-z]{3},/i.test(text) ? Date.parse(text) : Number.NaN;
  const saidAtMs = Date.parse(firstHeader(headers, 'date') ?? '');
  const sinceMs = Number.isNaN(saidAtMs) ? nowMs : saidAtMs;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - sinceMs);
}
