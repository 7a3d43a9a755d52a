import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBench } from './bench.ts';
import { describeMachine } from './describe-machine.ts';
import { examineMachine } from './machine.ts';
import { type Options, readOptions, UsageError } from './options.ts';
import { createProcesses } from './processes.ts';
import { runWorkloads } from './run-workloads.ts';
import { toTable } from './table.ts';

/** `npm run bench`: see README.md beside this file. */
async function main(options: Options): Promise<void> {
  const { plan, only, jsonFile } = options;
  const machine = examineMachine();
  const processes = createProcesses(machine.tools.taskset);
  const folder = mkdtempSync(join(tmpdir(), 'aep-jobs-bff-bench-'));
  // However it ends, nothing of it stays behind.
  process.once('exit', () => {
    processes.killAll();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      await processes.stopAll();
      process.exit(128 + constants.signals[signal]);
    });
  }

  const say = (text: string) => console.error(text);
  const begunMs = performance.now();
  say(describeMachine(machine));
  for (const line of machine.missing) say(line);
  const rows = await runWorkloads(await openBench({ processes, plan, machine, folder, say }), only);
  const seconds = Math.round((performance.now() - begunMs) / 1000);
  console.log(`\n${toTable(rows)}\n\n${describeMachine(machine)}\n${seconds} s in all.`);
  if (jsonFile !== undefined) {
    const result = { date: new Date().toISOString(), seconds, plan, machine, rows };
    writeFileSync(jsonFile, `${JSON.stringify(result, null, 2)}\n`);
  }
  await processes.stopAll();
  // A bar that is missed is a figure; what did not work is a failure.
  process.exit(rows.some(({ failure }) => failure !== undefined) ? 1 : 0);
}

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  // What is wrong with an option is said without a stack.
  console.error(error instanceof UsageError ? error.message : error);
  process.exit(2);
}
