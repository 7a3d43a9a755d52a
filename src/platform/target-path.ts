const jobsPath = '/data/core/ups/export/jobs';

/** The path below Platform's origin of the calls for many jobs; what is undefined is left out of the query. */
export function jobsTarget(query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? jobsPath : `${jobsPath}?${new URLSearchParams(given)}`;
}

/**
 * The path of the calls for one job. Ids were matched at the door; here it is made sure once more that none can
 * ever lead out of the export jobs.
 *
 * @throws TypeError for an id that would
 */
export function jobTarget(id: string): string {
  const segment = encodeURIComponent(id);
  // Of what is encoded only these name anything but a resource below (RFC 3986, 5.2.4).
  if (segment === '' || segment === '.' || segment === '..') {
    throw new TypeError('A job id led out of the export jobs endpoint');
  }
  return `${jobsPath}/${segment}`;
}

/** The part of a job's path that gateways leave out in the links that they give. */
const publicPath = '/export/jobs';

/**
 * The id of the job that a `Location` of Platform's names: absolute or relative, with our own origin and the path of
 * one job, and nothing otherwise. It is never called as it is.
 */
export function jobIdOfLocation(location: string, origin: string): string | undefined {
  const base = `${origin}${jobsPath}`;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  if (url.origin !== origin || url.username !== '' || url.password !== '') return undefined;
  const path = url.pathname.startsWith(`${publicPath}/`)
    ? url.pathname.slice(publicPath.length)
    : url.pathname.startsWith(`${jobsPath}/`)
      ? url.pathname.slice(jobsPath.length)
      : '';
  return /^\/([A-Za-z0-9_-]{1,128})\/?$/.exec(path)?.[1];
}
