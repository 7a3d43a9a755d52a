import { describe, expect, it } from '@jest/globals';
import { createLoadGauge } from '../../../src/observability/load-gauge.ts';
import { startProgram } from '../../support/program.ts';

/** Keeps the event loop busy, as too much work would. */
async function beBusy(forMs: number): Promise<void> {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
  await new Promise(setImmediate);
}

describe('the load gauge', () => {
  it('shows no lag at first', () => {
    const gauge = createLoadGauge();
    expect(gauge.lagMs()).toBe(0);
    gauge.close();
  });

  it('shows how late a loop is that is late each time', async () => {
    const gauge = createLoadGauge();
    const startMs = performance.now();
    while (gauge.lagMs() === 0 && performance.now() - startMs < 5_000) await beBusy(300);
    expect(gauge.lagMs()).toBeGreaterThan(200);
    expect(gauge.lagMs()).toBeLessThan(1_000);
    gauge.close();
  });

  it('keeps no process alive', async () => {
    const code = "import { createLoadGauge } from './src/observability/load-gauge.ts'; createLoadGauge();";
    await using program = startProgram('--input-type=module', { args: ['--eval', code] });
    expect(await program.ended()).toBe(0);
  });
});
