import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive, until } from '../support/driving.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';
import { startWithPolicy as start } from '../support/start-with-policy.ts';

const newJob = { datasetId: 'd', allProfiles: true };

describe('Promise 4: no create is ever executed twice through us', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await start();
  });
  afterEach(() => service.stop());
  const creates = () => service.emulator.requests.all('create').length;

  it.each([
    { kind: 'reset' },
    { kind: 'half-body' },
    { kind: 'hang' },
    { kind: 'hang-in-body' },
    { kind: 'html', status: 502 },
    { kind: 'empty', status: 503 },
    { kind: 'html', status: 504 },
    { kind: 'html', status: 200 },
  ] as const)('not when Platform does this: $kind $status', async (how) => {
    service.emulator.misbehaviours.add({ route: 'create', how });
    const hangs = how.kind.startsWith('hang');
    const { value } = await drive(service, service.send('POST', '/jobs', { body: newJob }), { hangs });
    expect(value.body.retryable).toBe(false);
    expect(creates()).toBe(1);
  });

  it.each([
    [
      'it was throttled',
      {
        kind: 'answer',
        status: 429,
        headers: { 'Retry-After': '1' },
        body: { error_code: '429050', message: 'later' },
      } as const,
    ],
    ['its token was refused', { kind: 'refuse-token' } as const],
  ])('but once more when %s, because then it was not executed', async (_name, how) => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const { value } = await drive(service, service.send('POST', '/jobs', { body: newJob }));
    expect(value.status).toBe(201);
    expect(creates()).toBe(2);
    expect((await service.send('GET', '/jobs')).body.jobs).toHaveLength(1);
  });

  it('nor is one begun for a caller that has gone while it waited for its turn', async () => {
    const how = { kind: 'answer', status: 429, headers: { 'Retry-After': '5' }, body: {} } as const;
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const caller = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(newJob);
    const call = fetch(`${service.url}/jobs`, { method: 'POST', headers, body, signal: caller.signal });
    await until(() => creates() === 1 && service.emulator.requests.open() === 0);
    const lines = service.logLines().length;
    caller.abort();
    await expect(call).rejects.toThrow();
    await until(() => service.logLines().length > lines);
    service.emulator.clock.advance(60_000);
    expect(service.logLines().at(-1)).toMatchObject({ code: 'request-abandoned' });
    expect(creates()).toBe(1);
  });
});
