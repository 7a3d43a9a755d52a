import type { EmulatedJob } from '../../emulator/job-book.ts';
import { type EventReader, type FollowOptions, openEvents } from './event-reader.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

/** Starts an export, and says its id. */
export async function startExport(service: ServiceUnderTest, headers: Record<string, string> = {}) {
  const body = { datasetId: 'd', allProfiles: true };
  const { body: job } = await service.send('POST', '/jobs', { body, headers });
  return String(job.id);
}

export function followJob(
  service: ServiceUnderTest,
  id: string,
  options?: FollowOptions,
): Promise<EventReader> {
  return openEvents(`${service.url}/jobs/${id}/events`, options);
}

/** A job that stays as it is until another one is put in its place. */
export function putJob(
  { emulator }: ServiceUnderTest,
  job: Partial<EmulatedJob> = {},
  sandbox = 'prod',
): void {
  emulator.jobs.put(sandbox, { id: 7, status: 'PROCESSING', ...job });
}

/** How often Platform was asked for single jobs. */
export const readsOf = ({ emulator }: ServiceUnderTest) => emulator.requests.all('get').length;
