import { describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { openRawCaller, type RawCaller } from '../support/raw-caller.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const head = (method: string, path: string, ...headers: string[]) =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n');
const create = head('POST', '/jobs', 'content-length: 50');

describe('stopping while requests are not whole', () => {
  it.each([
    ['are silent', (_caller: RawCaller) => undefined],
    ['were closed by their callers', (caller: RawCaller) => caller.halfClose()],
  ])('takes a second and not the deadline, also for six hundred that %s', async (_name, deed) => {
    const service = await startServiceUnderTest({ stop: { deadlineMs: 20_000 } });
    const begun = [create, `${create}{`, 'POST /jo', '', head('CONNECT', 'localhost:1')];
    const callers = await Promise.all(Array.from({ length: 600 }, () => openRawCaller(service.url)));
    for (const [at, caller] of callers.entries()) {
      await caller.send(begun[at % begun.length] ?? '');
      deed(caller);
    }
    await service.send('GET', '/livez');
    const { clock } = service.emulator;
    const begunAtMs = clock.now();
    const stopped = service.running.stop();
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    clock.advance(1_000);
    // Those that had been answered before.
    await until(() => callers.every((caller) => caller.isClosed()));
    clock.advance(1_000);
    await until(() => isStopped);
    expect(clock.now() - begunAtMs).toBeLessThan(20_000);
    await service.emulator.close();
  });

  it('leaves a body that is on its way the time to come', async () => {
    const service = await startServiceUnderTest({ stop: { deadlineMs: 20_000 } });
    const body = '{"datasetId":"d","allProfiles":true}';
    const caller = await openRawCaller(service.url);
    await caller.send(`${head('POST', '/jobs', `content-length: ${body.length}`)}{`);
    await service.send('GET', '/livez');
    const stopped = service.running.stop();
    service.emulator.clock.advance(500);
    await caller.send(body.slice(1));
    await until(() => caller.isClosed());
    await stopped;
    expect(caller.statuses()).toEqual([201]);
    await service.emulator.close();
  });

  it('tells who is still sending that it was not done, and that another instance may do it', async () => {
    const service = await startServiceUnderTest({ stop: { deadlineMs: 20_000 } });
    const callers = await Promise.all(
      [create, 'GET /jobs HT'].map(async (text) => {
        const caller = await openRawCaller(service.url);
        await caller.send(text);
        return caller;
      }),
    );
    await service.send('GET', '/livez');
    const stopped = service.running.stop();
    service.emulator.clock.advance(1_000);
    await until(() => callers.every((caller) => caller.isClosed()));
    await stopped;
    for (const caller of callers) {
      expect(caller.statuses()).toEqual([503]);
      expect(caller.received()).toMatch(/"code":"not-ready".*"retryable":true/);
    }
    await service.emulator.close();
  });
});
