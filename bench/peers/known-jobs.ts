import { knownIds } from '../job-ids.ts';
import { jobBytes } from '../upstream/platform-jobs.ts';

/** The jobs of the workload *known*, as bytes by id. */
export function createKnownJobs(): ReadonlyMap<string, Buffer> {
  return new Map(knownIds.map((id) => [id, jobBytes(id)]));
}
