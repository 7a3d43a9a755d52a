import { idsHeldMegabytes, idsMegabytes, judge, names } from '../bars.ts';
import type { Bench } from '../bench.ts';
import { nodeCommand } from '../contestants.ts';
import type { IdsReport } from '../distinct-ids/report.ts';
import type { Plan } from '../plan.ts';
import type { Row } from '../row.ts';
import { inGroups } from '../table.ts';

export function idsContestant({ distinctIds }: Pick<Plan, 'distinctIds'>): string {
  return `${names.service}, ${inGroups(String(distinctIds))} distinct ids`;
}

/** What the service takes more once it has been asked for so many different jobs. */
export async function measureIds({ plan, ask }: Pick<Bench, 'plan' | 'ask'>): Promise<Row[]> {
  const command = nodeCommand('bench/distinct-ids/main.ts', [plan.distinctIds]);
  const report: IdsReport = JSON.parse(await ask({ ...command, args: ['--expose-gc', ...command.args] }));
  return toIdsRows(idsContestant(plan), report);
}

/** @throws when an answer was wrong, or when more was kept than the limits allow, or nothing */
export function toIdsRows(contestant: string, report: IdsReport): Row[] {
  const { seconds, before, after, mostResident, kept } = report;
  const fault = faultOf(report);
  if (fault !== undefined) throw new Error(fault);
  const more = toMegabytes(after.resident - before.resident);
  const held = toMegabytes(after.held - before.held);
  const row = { workload: 'memory', contestant };
  return [
    {
      ...row,
      figures: [
        { value: Math.round(more), unit: 'MB more' },
        { value: Math.round(toMegabytes(mostResident - before.resident)), unit: 'MB more at most' },
        { value: seconds, unit: 's to ask for them' },
      ],
      judged: judge(more, idsMegabytes, ' MB'),
    },
    {
      ...row,
      figures: [
        { value: held, unit: 'MB more held' },
        { value: kept.jobs, unit: 'jobs kept' },
      ],
      judged: judge(held, idsHeldMegabytes, ' MB'),
    },
  ];
}

function faultOf({ wrong, kept, limits }: IdsReport): string | undefined {
  if (wrong > 0) return `${wrong} wrong answers`;
  // It would look good, and show nothing.
  if (kept.jobs === 0) return 'nothing was kept';
  const isWithin = kept.jobs <= limits.mostJobs && kept.bytes <= limits.mostJobBytes;
  return isWithin ? undefined : `${kept.jobs} jobs of ${kept.bytes} bytes are kept, over the limits`;
}

function toMegabytes(bytes: number): number {
  return bytes / 1e6;
}
