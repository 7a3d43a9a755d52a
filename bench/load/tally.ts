import { percentile } from '../statistics.ts';
import type { Answer } from './ask.ts';
import type { LoadResult } from './job.ts';

/** Many answers as one result; those with another status are faults. */
export function tally(
  settled: readonly PromiseSettledResult<Answer>[],
  seconds: number,
  wanted = 200,
): LoadResult {
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const right = answers.filter(({ status }) => status === wanted);
  const times = right.map(({ ms }) => ms);
  const complaints = [
    ...answers.filter(({ status }) => status !== wanted).map(({ status }) => `answered ${status}`),
    ...settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : [])),
  ];
  const counts = new Map<string, number>();
  for (const one of complaints) counts.set(one, (counts.get(one) ?? 0) + 1);
  return {
    answers: right.length,
    seconds,
    bytes: right.reduce((sum, { bytes }) => sum + bytes, 0),
    p50Ms: percentile(times, 50),
    p99Ms: percentile(times, 99),
    faults: [...counts].map(([complaint, count]) => `${count} × ${complaint}`),
  };
}
