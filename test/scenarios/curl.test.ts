import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { parseEvents } from '../support/event-reader.ts';
import { type Program, startCommand, startProgram } from '../support/program.ts';
import { emulatorEnv } from '../support/service-under-test.ts';
import { describeWith } from '../support/tools.ts';

const curl = '/usr/bin/curl';

describeWith(curl)('curl -N, and the service as a process,', () => {
  let emulator: Emulator;
  let program: Program;
  let url: string;
  let id: string;
  beforeAll(async () => {
    emulator = await startEmulator();
    program = startProgram('src/main.ts', { env: emulatorEnv(emulator) });
    [, url = ''] = await program.waitFor(/"url":"(http[^"]+)"/);
    const body = '{"datasetId":"d","allProfiles":true}';
    const headers = { 'content-type': 'application/json' };
    const created = await fetch(`${url}/jobs`, { method: 'POST', headers, body });
    id = Object(await created.json()).id;
  });
  afterAll(async () => {
    await program[Symbol.asyncDispose]();
    await emulator.close();
  });

  const follow = (...args: string[]) =>
    startCommand(curl, { args: ['--silent', '--no-buffer', ...args, `${url}/jobs/${id}/events`] });
  /** The process has a clock of its own: somebody who insists makes it look now. */
  const pass = async (ms: number) => {
    emulator.clock.advance(ms);
    await fetch(`${url}/jobs/${id}`, { headers: { 'cache-control': 'no-cache' } });
  };

  it('shows events as they come, and with Last-Event-ID what came since, to the end', async () => {
    await using witness = follow();
    await using first = follow();
    await witness.waitFor(/"status":"NEW"[^\n]*\n\n/);
    await first.waitFor(/"status":"NEW"[^\n]*\n\n/);
    await pass(60_000);
    await first.waitFor(/"status":"PROCESSING"[^\n]*\n\n/);
    first.process.kill('SIGKILL');
    await first.ended();
    await pass(200_000);
    // The stream ended in good order, otherwise curl would say 18.
    expect(await witness.ended()).toBe(0);
    const all = parseEvents(witness.printed()).events;
    const seen = parseEvents(first.printed()).events;
    expect(all.map(({ event, data }) => [event, data.status])).toEqual([
      ['job', 'NEW'],
      ['job', 'PROCESSING'],
      ['job', 'SUCCEEDED'],
      ['done', 'SUCCEEDED'],
    ]);
    expect(seen).toEqual(all.slice(0, 2));

    await using second = follow('--header', `Last-Event-ID: ${seen.at(-1)?.id}`);
    expect(await second.ended()).toBe(0);
    expect(parseEvents(second.printed()).events).toEqual(all.slice(2));

    const last = ['--header', `Last-Event-ID: ${all.at(-1)?.id}`, '--write-out', '%{http_code}'];
    await using third = follow(...last);
    expect([await third.ended(), third.printed()]).toEqual([0, '204']);
  });
});
