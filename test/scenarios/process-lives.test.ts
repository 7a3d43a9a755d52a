import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { until } from '../support/driving.ts';
import { type Program, startProgram } from '../support/program.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { emulatorEnv } from '../support/service-under-test.ts';

/** With the service as a process of its own, because what is asserted is that the process goes on. */
describe('a process that strangers send what they like', () => {
  let emulator: Emulator;
  let program: Program;
  let url: string;
  beforeEach(async () => {
    emulator = await startEmulator();
    const stop = { keepServingMs: 0, deadlineMs: 10_000 };
    program = startProgram('test/support/process-under-test.ts', {
      env: emulatorEnv(emulator),
      args: [JSON.stringify(stop)],
    });
    const [, found = ''] = await program.waitFor(/"url":"(http[^"]+)"/);
    url = found;
  });
  afterEach(async () => {
    await program[Symbol.asyncDispose]();
    await emulator.close();
  });

  const connect = 'CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\n';
  const upgrade =
    'GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
  const create =
    'POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{';

  it.each([
    ['CONNECT', `${connect}\r\n`],
    ['CONNECT with bytes for the tunnel', `${connect}\r\n${'\0'.repeat(5_000)}`],
    // Node hands out another stream then, with errors of its own: https://github.com/nodejs/node/pull/60016
    ['CONNECT with a body that does not come', `${connect}content-length: 5\r\n\r\n`],
    ['CONNECT behind another request', `GET /jobs HTTP/1.1\r\nhost: localhost\r\n\r\n${connect}\r\n`],
    ['Upgrade', upgrade],
    ['half a body', create],
    ['rubbish', '\0'.repeat(5_000)],
    ['good requests with rubbish between them', `${upgrade}rubbish\r\n\r\n`.repeat(50)],
  ])('lives on, whatever %s is followed by a reset', async (_name, text) => {
    for (let times = 0; times < 20; times += 1) {
      const caller = await openRawCaller(url);
      void caller.send(text).catch(() => {});
      // Before there is an answer, while it is written, and after it.
      for (let turn = 0; turn < times; turn += 1) await new Promise(setImmediate);
      caller.reset();
    }
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(program.process.exitCode).toBeNull();
    expect(program.output()).not.toMatch(/"level":"(?:error|fatal)"|Error:/);
  });

  it('ends at once when it is told to, although hundreds of bodies were begun and closed', async () => {
    const callers = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const caller = await openRawCaller(url);
        await caller.send(create);
        caller.halfClose();
        return caller;
      }),
    );
    await until(() => callers.every((caller) => caller.isClosed()));
    program.process.kill('SIGTERM');
    expect(await program.ended()).toBe(0);
    expect(program.output().match(/"code":"unreadable-request"/g)).toHaveLength(300);
  });
});
