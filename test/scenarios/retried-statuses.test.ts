import { describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { json } from '../support/failing.ts';
import { startWithPolicy } from '../support/start-with-policy.ts';

const newJob = { datasetId: 'd', allProfiles: true };
const requests = {
  list: ['GET', '/jobs'],
  get: ['GET', '/jobs/1'],
  cancel: ['DELETE', '/jobs/1'],
  create: ['POST', '/jobs'],
} as const;

async function meet(status: number, route: keyof typeof requests, times: number) {
  await using service = await startWithPolicy();
  service.emulator.jobs.put('prod', { id: 1, status: 'NEW' });
  service.emulator.misbehaviours.add({ route, times, how: json(status, {}) });
  const [method, path] = requests[route];
  const call = service.send(method, path, route === 'create' ? { body: newJob } : {});
  const { value } = await drive(service, call);
  return { status: value.status, calls: service.emulator.requests.all(route).length };
}

describe('a status of Platform that may pass', () => {
  // got, the AWS SDK and Azure's retry 500 too; 520 to 524 are a content network's.
  const transient = [408, 425, 500, 502, 503, 504, 520, 522, 524];

  it.each(transient)('%i, of a read or a cancel, is asked for once more', async (status) => {
    expect(await meet(status, 'list', 1)).toEqual({ status: 200, calls: 2 });
    expect(await meet(status, 'get', 1)).toEqual({ status: 200, calls: 2 });
    expect(await meet(status, 'cancel', 1)).toEqual({ status: 202, calls: 2 });
  });

  it.each([408, 500, 502, 503, 504, 520, 524])('%i, of a create, is not', async (status) => {
    expect((await meet(status, 'create', 1)).calls).toBe(1);
  });

  it('425 is: it says that nothing was carried out (RFC 8470, 5.2)', async () => {
    expect(await meet(425, 'create', 1)).toEqual({ status: 201, calls: 2 });
  });

  it.each([501, 505, 511, 525])('%i does not pass, and is asked for once', async (status) => {
    expect((await meet(status, 'get', 1)).calls).toBe(1);
  });

  it('500 that stays is asked for three times, and counts for the circuit as before', async () => {
    expect(await meet(500, 'get', 99)).toEqual({ status: 502, calls: 3 });
    await using service = await startWithPolicy({ breaker: { failuresToOpen: 3, openMs: 10_000 } });
    service.emulator.misbehaviours.add({ route: 'get', how: json(500, {}) });
    await drive(service, service.send('GET', '/jobs/1'));
    expect((await service.send('GET', '/jobs/1')).body.code).toBe('platform-circuit-open');
  });
});
