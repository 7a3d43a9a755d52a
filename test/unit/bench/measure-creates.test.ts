import { describe, expect, it } from '@jest/globals';
import { createFreshIds } from '../../../bench/job-ids.ts';
import type { LoadResult } from '../../../bench/load/job.ts';
import { quickPlan } from '../../../bench/plan.ts';
import { measureCreates } from '../../../bench/workloads/measure-creates.ts';

const worked: LoadResult = { answers: 200, seconds: 0.5, bytes: 1, p50Ms: 1, p99Ms: 9, faults: [] };

/** A round in which the load says `result`, upstream has started so many jobs, and the process took 80 ms. */
function measure(result: LoadResult, creates: number, cpuTimes: (number | undefined)[] = [1, 1.08]) {
  const bench = {
    plan: quickPlan,
    ids: createFreshIds(),
    load: { run: async () => result },
    upstream: {
      url: '',
      reset: async () => {},
      counts: async () => ({ exchanges: 0, reads: 0, creates, different: 0, mostPerSecond: 0 }),
    },
  };
  const running = { url: '', cpuTime: () => cpuTimes.shift() };
  return measureCreates(bench, running, { withKeys: true, seconds: 0.5 });
}

describe('a round of creates', () => {
  it('says what one of them costs its process', async () => {
    const { cpuEach, ...rest } = await measure(worked, 200);
    expect(cpuEach).toBeCloseTo(400);
    expect(rest).toEqual({ perSecond: 400, p99Ms: 9 });
    expect(await measure(worked, 200, [])).not.toHaveProperty('cpuEach');
  });

  it('fails where upstream has started fewer jobs than were answered, or more', async () => {
    await expect(measure(worked, 199)).rejects.toThrow('200 answers, and 199 jobs started');
    await expect(measure(worked, 201)).rejects.toThrow('200 answers, and 201 jobs started');
  });

  it('fails where anything was not answered with 201, or nothing was answered', async () => {
    await expect(measure({ ...worked, faults: ['2 × answered 503'] }, 200)).rejects.toThrow('503');
    await expect(measure({ ...worked, answers: 0 }, 0)).rejects.toThrow('not one answer');
  });
});
