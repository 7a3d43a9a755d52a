import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { until } from '../support/driving.ts';
import { startProgram } from '../support/program.ts';
import { emulatorEnv } from '../support/service-under-test.ts';

describe('a process that is sent SIGTERM', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  async function startProcess(stop: { keepServingMs: number; deadlineMs: number }) {
    const program = startProgram('test/support/process-under-test.ts', {
      env: emulatorEnv(emulator),
      args: [JSON.stringify(stop)],
    });
    const [, url = ''] = await program.waitFor(/"url":"(http[^"]+)"/);
    return { program, url };
  }

  it('finishes the create that is under way, tells its caller, and ends with 0', async () => {
    const { program, url } = await startProcess({ keepServingMs: 0, deadlineMs: 10_000 });
    await using _program = program;
    emulator.misbehaviours.add({ route: 'create', how: { kind: 'delay', ms: 1_000 } });
    const answer = fetch(`${url}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"datasetId":"d","allProfiles":true}',
    });
    await until(() => emulator.requests.all('create').length === 1);
    program.process.kill('SIGTERM');
    await program.waitFor(/"msg":"stopping"/);
    emulator.clock.advance(1_000);
    const { status, headers } = await answer;
    // The request was there before the signal; its connection ends with it all the same.
    expect([status, headers.get('connection')]).toEqual([201, 'close']);
    expect(await program.ended()).toBe(0);
    expect(emulator.requests.all('create')).toHaveLength(1);
  });

  it('serves on, and ends at once when it is sent another', async () => {
    const { program, url } = await startProcess({ keepServingMs: 10_000, deadlineMs: 10_000 });
    await using _program = program;
    program.process.kill('SIGTERM');
    await program.waitFor(/"msg":"stopping"/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    program.process.kill('SIGTERM');
    expect(await program.ended()).toBe(null);
    expect(program.process.signalCode).toBe('SIGTERM');
    expect(program.output()).not.toContain('"msg":"stopped"');
  });
});
