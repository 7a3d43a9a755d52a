import type { Bench } from './bench.ts';
import type { Workload } from './options.ts';
import type { Row } from './row.ts';
import { runCold } from './workloads/cold.ts';
import { runCreate } from './workloads/create.ts';
import { runMemory } from './workloads/memory.ts';
import { runPolling } from './workloads/polling.ts';
import { runThroughput } from './workloads/throughput.ts';

/** The chosen workloads, one after the other. What fails is a row, and keeps none of the others from its turn. */
export async function runWorkloads(bench: Bench, only: readonly Workload[]): Promise<Row[]> {
  const throughput = (['known', 'fresh', 'list'] as const).filter((one) => only.includes(one));
  return [
    ...(throughput.length > 0 ? await runThroughput(bench, throughput) : []),
    ...(only.includes('create') ? await runCreate(bench) : []),
    ...(only.includes('polling') ? await runPolling(bench) : []),
    ...(only.includes('cold') ? await runCold(bench) : []),
    ...(only.includes('memory') ? await runMemory(bench) : []),
  ];
}
