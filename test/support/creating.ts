import { drive } from './driving.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

export const newJob = { datasetId: 'd', allProfiles: true };

/** What a problem says of a create that somebody else may have to look for. */
export const notice = 'may have been started';

/** Sends a create and moves the clock from attempt to attempt: not while somebody is connected to the server. */
export async function create(service: ServiceUnderTest, server: { isConnected(): boolean }) {
  const call = service.send('POST', '/jobs', { body: newJob });
  return (await drive(service, call, { isBusy: server.isConnected })).value;
}

/** The error in the request's line of the log, and all that was logged. */
export function logged(service: ServiceUnderTest) {
  const line = service.logLines().findLast(({ msg }) => msg === 'request');
  return {
    error: String(line?.error),
    upstreamCalls: line?.upstreamCalls,
    all: JSON.stringify(service.logLines()),
  };
}
