import type { Bench, Running } from '../bench.ts';
import type { Contestant } from '../contestants.ts';

export interface Started {
  readonly running: readonly Running[];
  readonly failures: readonly { readonly contestant: string; readonly failure: string }[];
}

/** Those that do not start are told, and do not keep the others from it. */
export async function startAll(bench: Bench, contestants: readonly Contestant[]): Promise<Started> {
  const settled = await Promise.allSettled(contestants.map((one) => bench.start(one)));
  const failures = settled.flatMap((one, index) =>
    one.status === 'fulfilled'
      ? []
      : [{ contestant: contestants[index]?.name ?? '', failure: toText(one.reason) }],
  );
  return { running: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), failures };
}

export async function stopAll(running: readonly Running[]): Promise<void> {
  await Promise.all(running.map((one) => one.stop()));
}

export function toText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
