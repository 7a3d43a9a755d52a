import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createRunningClock } from '../../emulator/movable-clock.ts';
import { createKeepAliveCaller } from '../support/keep-alive-caller.ts';
import { type Program, startProgram } from '../support/program.ts';
import { emulatorEnv } from '../support/service-under-test.ts';

const callers = 20;
const mostRequests = 2_000;
const newJob = { datasetId: 'd', allProfiles: true };

interface Load {
  readonly statuses: number[];
  readonly failures: unknown[];
  /** Requests that were sent after the signal and answered. */
  afterSignal: number;
  /** Answers that said `Connection: close`. */
  closes: number;
}

describe('promise 8: SIGTERM under load with keep-alive', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: createRunningClock() });
  });
  afterEach(() => emulator.close());

  it('fails no request', async () => {
    const stop = JSON.stringify({ keepServingMs: 2_000, deadlineMs: 10_000 });
    await using program = startProgram('test/support/process-under-test.ts', {
      env: emulatorEnv(emulator),
      args: [stop],
    });
    const [, url = ''] = await program.waitFor(/"url":"(http[^"]+)"/);

    const load = await loadUntilStopped(program, url);
    expect(load.failures).toEqual([]);
    expect(new Set(load.statuses)).toEqual(new Set([200, 201]));
    // Otherwise the load was over before the signal, and nothing was shown.
    expect(load.statuses.length).toBeLessThan(mostRequests);
    expect(load.afterSignal).toBeGreaterThan(callers);
    // Each caller had its connection ended by a word, and not by a reset.
    expect(load.closes).toBeGreaterThanOrEqual(callers);
    const created = load.statuses.filter((status) => status === 201).length;
    expect(emulator.requests.all('create')).toHaveLength(created);
    expect(await program.ended()).toBe(0);
    expect(program.output()).toContain('"msg":"stopped"');
  });
});

/**
 * Sends requests as a balancer would: on open connections, a new one where the server has ended the last, and
 * none to a process that says that it is not ready. The signal comes in the middle.
 */
async function loadUntilStopped(program: Program, url: string): Promise<Load> {
  const load: Load = { statuses: [], failures: [], afterSignal: 0, closes: 0 };
  let sent = 0;
  let signalled = false;
  let ready = true;

  async function watchReadiness(): Promise<void> {
    await program.waitFor(/"msg":"stopping"/);
    const balancer = createKeepAliveCaller(url);
    // A balancer notices late: until then each caller comes back on a new connection.
    while ((await balancer.send('GET', '/readyz')).status === 200 || load.afterSignal <= callers);
    ready = false;
    balancer.close();
  }

  async function callOnAndOn(): Promise<void> {
    const caller = createKeepAliveCaller(url);
    let closed = false;
    // An open connection is used although the process is not ready, until the server has ended it.
    while ((ready || !closed) && sent < mostRequests) {
      sent += 1;
      if (sent === mostRequests / 4) {
        program.process.kill('SIGTERM');
        signalled = true;
      }
      const late = signalled;
      try {
        const { status, lastOnConnection } = await (sent % 10 === 0
          ? caller.send('POST', '/jobs', newJob)
          : caller.send('GET', '/jobs?limit=1'));
        load.statuses.push(status);
        closed = lastOnConnection;
        if (closed) load.closes += 1;
        if (late) load.afterSignal += 1;
      } catch (error) {
        load.failures.push(error);
        closed = true;
      }
    }
    caller.close();
  }

  await Promise.all([watchReadiness(), ...Array.from({ length: callers }, callOnAndOn)]);
  return load;
}
