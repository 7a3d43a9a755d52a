const jobsPath = '/data/core/ups/export/jobs';

interface Target {
  readonly id?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
}

/**
 * The path of a call below Platform's origin. Ids were matched at the door; here the finished path is
 * checked once more, so that no id can ever lead out of the export jobs.
 *
 * @throws TypeError for an id that would
 */
export function targetPath({ id, query = {} }: Target): string {
  const path = id === undefined ? jobsPath : `${jobsPath}/${encodeURIComponent(id)}`;
  const url = new URL(path, 'http://platform');
  if (url.pathname !== path) throw new TypeError('A job id led out of the export jobs endpoint');
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}
