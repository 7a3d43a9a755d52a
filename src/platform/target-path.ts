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
