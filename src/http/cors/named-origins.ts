/** Whether a request with this `Origin` comes from a page that may call. */
export type IsNamedOrigin = (origin: string | undefined) => boolean;

/** What may stand in place of the `*`: one name or several, and neither a port nor a user. */
const namesBelow = /^[a-z\d_-]+(?:\.[a-z\d_-]+)*$/;

/**
 * @param patterns origins such as `https://app.example.com`, or `https://*.example.com` for all names below that one,
 *   which itself is not meant. Scheme and port have to be the same. Never matched: `null`, the origin of every page that
 *   hides its own.
 */
export function createNamedOrigins(patterns: readonly string[]): IsNamedOrigin {
  // As a browser writes it, which leaves out the port that the scheme has anyway.
  const written = patterns.map((pattern) => new URL(pattern).origin);
  const exact = new Set(written.filter((origin) => !origin.includes('*')));
  const below = written.filter((origin) => origin.includes('*')).map((origin) => origin.split('*'));

  const isBelow = (origin: string) =>
    below.some(
      ([begin = '', end = '']) =>
        origin.startsWith(begin) &&
        origin.endsWith(end) &&
        namesBelow.test(origin.slice(begin.length, -end.length)),
    );
  return (origin) => origin !== undefined && (exact.has(origin) || isBelow(origin));
}
