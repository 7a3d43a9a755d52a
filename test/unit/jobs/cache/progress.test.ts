import { describe, expect, it } from '@jest/globals';
import { settleProgress, startedAtMs } from '../../../../src/jobs/cache/progress.ts';
import type { Job } from '../../../../src/jobs/job.ts';

const minute = 60_000;
const began = Date.parse('2026-01-01T00:00:00Z');
const job: Job = {
  id: '1',
  status: 'PROCESSING',
  done: false,
  segments: [],
  batches: [],
  errors: [],
  createdAt: '2026-01-01T00:00:00.000Z',
};
const runTime = { typicalMs: 5 * minute, earlyMs: 4 * minute };

describe('what can be said of a job that runs', () => {
  it('is nothing where nobody says when it began', () => {
    const { createdAt: _createdAt, ...unknown } = job;
    expect(startedAtMs(unknown)).toBeUndefined();
    expect(settleProgress(unknown, runTime, began)).toBeUndefined();
    expect(settleProgress({ ...job, createdAt: 'yesterday' }, runTime, began)).toBeUndefined();
  });

  it('is when it began: by its metrics, or else when it was created', () => {
    const startedAt = '2026-01-01T00:00:30.000Z';
    expect(settleProgress(job, undefined, began)).toEqual({ startedAt: job.createdAt });
    expect(settleProgress({ ...job, metrics: { total: { startedAt } } }, undefined, began)).toEqual({
      startedAt,
    });
  });

  it('is when it may be done, as long as that is to come', () => {
    const settled = { startedAt: job.createdAt, typicalMs: 5 * minute };
    const estimated = { ...settled, estimatedDoneAt: '2026-01-01T00:05:00.000Z' };
    expect(settleProgress(job, runTime, began)).toEqual(estimated);
    expect(settleProgress(job, runTime, began + 5 * minute - 1)).toEqual(estimated);
    expect(settleProgress(job, runTime, began + 5 * minute)).toEqual(settled);
  });

  it('is no time that no date can hold', () => {
    const last = { ...job, createdAt: new Date(8.64e15).toISOString() };
    expect(settleProgress(last, runTime, began)).not.toHaveProperty('estimatedDoneAt');
  });
});
