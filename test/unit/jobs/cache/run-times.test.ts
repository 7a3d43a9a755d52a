import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../../emulator/movable-clock.ts';
import { createRunTimes, type RunTimes } from '../../../../src/jobs/cache/run-times.ts';
import type { Job } from '../../../../src/jobs/job.ts';

const minute = 60_000;
const scope = { sandbox: 'prod', permission: 'all' };

describe('what exports take', () => {
  let runTimes: RunTimes;
  let lastId: number;
  beforeEach(() => {
    runTimes = createRunTimes(createMovableClock());
    lastId = 0;
  });

  function run(
    durationMs: number,
    { endedAtMs = 0, ...fields }: Partial<Job> & { endedAtMs?: number } = {},
  ): Job {
    lastId += 1;
    const [startedAt, endedAt] = [endedAtMs - durationMs, endedAtMs].map((ms) => new Date(ms).toISOString());
    return {
      id: String(lastId),
      status: 'SUCCEEDED',
      done: true,
      segments: [],
      batches: [],
      errors: [],
      metrics: { total: { ...(startedAt && { startedAt }), ...(endedAt && { endedAt }), durationMs } },
      ...fields,
    };
  }
  const learn = (...minutes: number[]) => {
    for (const duration of minutes) runTimes.learn(scope, run(duration * minute));
  };

  it('is unknown until one has succeeded', () => {
    expect(runTimes.of(scope)).toBeUndefined();
    for (const status of ['FAILED', 'CANCELLED', 'PROCESSING'])
      runTimes.learn(scope, run(minute, { status }));
    expect(runTimes.of(scope)).toBeUndefined();
  });

  it.each([
    [[6], 6, 6],
    [[4, 8], 6, 5],
    [[9, 5, 7], 7, 6],
    [[1, 2, 3, 4], 2.5, 1.75],
    [[5, 5, 5, 5, 500], 5, 5],
    [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0.5], 5, 2.5],
  ])('of %j minutes is %d in the middle, and %d for a quarter of them', (minutes, typical, early) => {
    learn(...minutes);
    expect(runTimes.of(scope)).toEqual({ typicalMs: typical * minute, earlyMs: early * minute });
  });

  it('is in whole milliseconds', () => {
    for (const durationMs of [1, 2, 4, 8]) runTimes.learn(scope, run(durationMs));
    expect(runTimes.of(scope)).toEqual({ typicalMs: 3, earlyMs: 2 });
  });

  it('is of the last 50 by their end, in whatever order they are seen', () => {
    const old = Array.from({ length: 60 }, (_, nth) => run(minute, { endedAtMs: nth }));
    const late = Array.from({ length: 50 }, (_, nth) => run(9 * minute, { endedAtMs: 1_000 + nth }));
    const all = [...old, ...late];
    // 37 and 110 have no common divisor, so each comes once.
    for (const [nth] of all.entries()) runTimes.learn(scope, all[(nth * 37) % 110] ?? run(1));
    expect(runTimes.of(scope)).toEqual({ typicalMs: 9 * minute, earlyMs: 9 * minute });
    for (const job of [...old, ...late, ...old]) runTimes.learn(scope, job);
    expect(runTimes.of(scope)).toEqual({ typicalMs: 9 * minute, earlyMs: 9 * minute });
  });

  it('follows the exports when they become slower', () => {
    for (let nth = 0; nth < 50; nth += 1) runTimes.learn(scope, run(minute, { endedAtMs: nth }));
    for (let nth = 0; nth < 26; nth += 1) runTimes.learn(scope, run(9 * minute, { endedAtMs: 100 + nth }));
    expect(runTimes.of(scope)?.typicalMs).toBe(9 * minute);
  });

  it('counts an export once', () => {
    const quick = run(minute);
    learn(5, 9);
    for (let times = 0; times < 10; times += 1) runTimes.learn(scope, quick);
    expect(runTimes.of(scope)?.typicalMs).toBe(5 * minute);
  });

  it('is found in the job’s own times where the metrics are missing, and nowhere else', () => {
    const times = { createdAt: new Date(0).toISOString(), updatedAt: new Date(3 * minute).toISOString() };
    runTimes.learn(scope, { ...run(1), metrics: {}, ...times });
    expect(runTimes.of(scope)?.typicalMs).toBe(3 * minute);
    for (const metrics of [{}, { total: { durationMs: minute } }]) {
      runTimes.learn(scope, { ...run(1), metrics });
    }
    expect(runTimes.of(scope)).toEqual({ typicalMs: 3 * minute, earlyMs: 3 * minute });
  });

  it.each([0, -minute, 0.1, 8 * 24 * 60 * minute, 1e300, Number.NaN])('is never %d ms', (durationMs) => {
    const job = run(minute);
    runTimes.learn(scope, { ...job, metrics: { total: { ...job.metrics?.total, durationMs } } });
    expect(runTimes.of(scope)).toBeUndefined();
  });

  it.each([
    ['a duration that its own times confirm', 10 * minute, 10 * minute],
    ['a duration in seconds', 10 * 60, 10 * minute],
    ['a duration that its own times contradict', 3 * minute, undefined],
    ['a duration that they contradict by years', 365 * 24 * 60 * minute, undefined],
  ])('is learned from what is sane: %s', (_name, durationMs, typicalMs) => {
    const job = run(10 * minute);
    runTimes.learn(scope, { ...job, metrics: { total: { ...job.metrics?.total, durationMs } } });
    expect(runTimes.of(scope)?.typicalMs).toBe(typicalMs);
  });

  it('is known of each scope by itself', () => {
    learn(5);
    expect(runTimes.of({ ...scope, sandbox: 'dev' })).toBeUndefined();
    expect(runTimes.of({ ...scope, permission: 'all/' })).toBeUndefined();
    expect(runTimes.of({ ...scope })).toBeDefined();
  });
});
