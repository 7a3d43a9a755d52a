import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('Promise 7: a caller that hangs up', () => {
  let service: ServiceUnderTest;
  let caller: AbortController;
  beforeEach(async () => {
    service = await startServiceUnderTest();
    caller = new AbortController();
    // So that the exchange of the token is out of the way.
    await service.send('GET', '/jobs');
    service.emulator.requests.clear();
  });
  afterEach(() => service.stop());

  /** Sends the request, waits until Platform has it, and hangs up. */
  async function hangUpDuring(method: string, path: string, body?: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const call = fetch(`${service.url}${path}`, {
      method,
      headers,
      signal: caller.signal,
      ...(body && { body }),
    });
    await until(() => service.emulator.requests.open() === 1);
    caller.abort();
    await expect(call).rejects.toThrow();
  }

  it.each(['/jobs', '/jobs/100'])('takes the upstream read of GET %s with it', async (path) => {
    service.emulator.misbehaviours.add({ how: { kind: 'hang' } });
    const lines = service.logLines().length;
    await hangUpDuring('GET', path);
    // The clock stands still: no time-out has a part in this.
    await until(() => service.emulator.requests.open() === 0);
    await until(() => service.logLines().length > lines);
    expect(service.logLines().at(-1)).toMatchObject({
      code: 'request-abandoned',
      status: 499,
      aborted: true,
    });
  });

  it.each([
    [
      'was started',
      { kind: 'delay', ms: 1000 } as const,
      { status: 201, upstreamStatus: 200, level: 'info' },
    ],
    [
      'has not been seen in the list',
      { kind: 'html', status: 500 } as const,
      {
        status: 504,
        code: 'create-not-confirmed',
        error: expect.stringMatching(/create with 500.*; the list does not show it$/),
        upstreamStatus: 200,
        level: 'error',
      },
    ],
  ])(
    'leaves its create to run to its end, and the log says that its export %s',
    async (_name, how, expected) => {
      service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 1000 } });
      const lines = service.logLines().length;
      await hangUpDuring('POST', '/jobs', '{"datasetId":"d","allProfiles":true}');
      expect(service.emulator.requests.open()).toBe(1);
      if (how.kind === 'html') service.emulator.misbehaviours.add({ route: 'create', how });
      service.emulator.clock.advance(1000);
      await until(() => service.logLines().length > lines);
      expect(service.logLines().at(-1)).toMatchObject({ ...expected, route: '/jobs', aborted: true });
      expect(service.emulator.requests.all('create')).toHaveLength(1);
      expect(service.emulator.requests.all('list')).toHaveLength(how.kind === 'html' ? 1 : 0);
    },
  );
});
