import { parseArgs } from 'node:util';
import { fullPlan, type Plan, quickPlan } from './plan.ts';

export const workloads = ['known', 'fresh', 'list', 'create', 'polling', 'cold', 'memory'] as const;
export type Workload = (typeof workloads)[number];

export interface Options {
  readonly plan: Plan;
  readonly only: readonly Workload[];
  /** Where the result is also written, as JSON. */
  readonly jsonFile: string | undefined;
}

/** A sentence for whoever typed the command. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const wanted = values.only.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !workloads.some((one) => one === name));
  if (unknown.length > 0) {
    throw new UsageError(`No such workload: ${unknown.join(', ')}. There are ${workloads.join(', ')}.`);
  }
  return {
    plan: values.quick ? quickPlan : fullPlan,
    only: workloads.filter((one) => wanted.includes(one)),
    jsonFile: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: workloads.join(',') },
        json: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
