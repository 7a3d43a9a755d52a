import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anExport, createsOf, jobsOf, post } from '../support/creates-under-test.ts';
import { drive, until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('a caller that goes while its create runs', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ creates: { settlingMs: 10_000 } });
  });
  afterEach(() => service.stop());

  /** Sends it, and goes as soon as Platform has it. */
  async function sendAndGo(): Promise<void> {
    const caller = new AbortController();
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' };
    const body = JSON.stringify(anExport);
    const call = fetch(`${service.url}/jobs`, { method: 'POST', headers, body, signal: caller.signal });
    await until(() => createsOf(service) === 1);
    caller.abort();
    await expect(call).rejects.toThrow();
  }

  /** The request has its line once its create has ended. */
  const isLogged = () =>
    service.logLines().some(({ method, jobId }) => method === 'POST' && jobId !== undefined);

  it('gets the answer when it comes back with the same key', async () => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 5_000 } });
    await sendAndGo();
    await drive(service, until(isLogged), { hangs: true });
    const again = await post(service, anExport, { key: 'k' });
    expect(again.status).toBe(201);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(jobsOf(service)).toEqual([again.body.id]);
  });

  it('gets the job that was found meanwhile, where Platform’s answer was lost', async () => {
    service.emulator.misbehaviours.add({
      route: 'create',
      times: 1,
      how: { kind: 'lost-answer', instead: 'silence' },
    });
    await sendAndGo();
    await drive(service, until(isLogged), { hangs: true });
    const again = await post(service, anExport, { key: 'k' });
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, 'true']);
    expect([createsOf(service), jobsOf(service)]).toEqual([1, [again.body.id]]);
  });
});
