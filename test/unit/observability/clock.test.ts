import { describe, expect, it } from '@jest/globals';
import { startProgram } from '../../support/program.ts';

describe("the machine's clock", () => {
  it.each([
    [false, 'idle'],
    [true, 'rung'],
  ])('with keepsProcessAlive: %j, a process with nothing else to do ends %s', async (keeps, how) => {
    const script = `
      import { systemClock } from './src/observability/clock.ts';
      let how = 'idle';
      systemClock.after(300, () => { how = 'rung'; }, { keepsProcessAlive: ${keeps} });
      process.on('exit', () => console.log(how));`;
    await using program = startProgram('--input-type=module', { args: ['--eval', script] });
    expect(await program.ended()).toBe(0);
    expect(program.printed().trim()).toBe(how);
  });
});
