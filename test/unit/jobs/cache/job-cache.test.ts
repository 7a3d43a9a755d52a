import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../../emulator/movable-clock.ts';
import { createBoundedCache } from '../../../../src/cache/bounded-cache.ts';
import type { CachedJob } from '../../../../src/jobs/cache/cached.ts';
import { createJobCache, type JobCache, sizeOfJob } from '../../../../src/jobs/cache/job-cache.ts';
import { createMissingJobs } from '../../../../src/jobs/cache/missing-jobs.ts';
import { createRunTimes } from '../../../../src/jobs/cache/run-times.ts';
import { createCallOthers } from '../../../../src/observability/guarded.ts';
import { silentLog } from '../../../../src/observability/log.ts';

const scope = { sandbox: 'prod', permission: 'all' };

describe('the job cache, which notices every change', () => {
  let clock: MovableClock;
  let cache: JobCache;
  let order: number;
  let told: string[];
  beforeEach(() => {
    clock = createMovableClock();
    const entries = createBoundedCache<CachedJob>({ maxEntries: 10, clock });
    const runTimes = createRunTimes(clock);
    cache = createJobCache({
      entries,
      missingJobs: createMissingJobs(1_000, clock),
      runTimes,
      freshForMs: 1_000,
      finalFreshForMs: 60_000,
      staleIfErrorMs: 10_000,
      clock,
      callOthers: createCallOthers(silentLog),
    });
    [order, told] = [0, []];
  });

  const set = (status: string, { id = '1', place = ++order, of = scope } = {}) =>
    cache.set(of, {
      job: { id, status, done: status === 'SUCCEEDED', segments: [], batches: [], errors: [] },
      asOfMs: clock.now(),
      order: place,
    });
  const subscribe = (of = scope) =>
    cache.subscribe(of, '1', ({ state, earlier }, isChange) =>
      told.push(isChange ? `${state.status} after ${earlier.map(({ status }) => status)}` : 'the same'),
    );

  it('tells each read, and which ones are changes', () => {
    subscribe();
    for (const status of ['NEW', 'NEW', 'PROCESSING', 'SUCCEEDED', 'SUCCEEDED']) set(status);
    expect(told).toEqual([
      'NEW after ',
      'the same',
      'PROCESSING after NEW',
      'SUCCEEDED after NEW,PROCESSING',
      'the same',
    ]);
  });

  it('ignores a read that began earlier and arrives later', () => {
    set('PROCESSING', { place: 5 });
    subscribe();
    expect(set('NEW', { place: 4 }).state.status).toBe('PROCESSING');
    expect(cache.find(scope, '1')?.state.status).toBe('PROCESSING');
    expect(told).toEqual([]);
  });

  it('tells only those who have subscribed to this job in this scope, until they end it', () => {
    const ends = [
      subscribe(),
      subscribe({ ...scope, sandbox: 'dev' }),
      subscribe({ ...scope, permission: 'none' }),
    ];
    set('NEW', { id: '2' });
    set('NEW');
    expect(told).toHaveLength(1);
    ends[0]?.();
    ends[0]?.();
    set('PROCESSING');
    expect(told).toHaveLength(1);
  });

  it('tells everybody, also when one leaves or comes while being told', () => {
    const leave = cache.subscribe(scope, '1', () => {
      told.push('first');
      leave();
      subscribe();
    });
    subscribe();
    set('NEW');
    expect(told).toEqual(['first', 'NEW after ']);
    set('PROCESSING');
    expect(told).toHaveLength(4);
  });

  it('keeps the same text as long as nothing changes, and becomes newer', () => {
    const first = set('NEW');
    clock.advance(500);
    const next = set('NEW');
    expect(next.state).toBe(first.state);
    expect(next.freshUntilMs - first.freshUntilMs).toBe(500);
  });

  it('keeps the last few states before and no more', () => {
    for (let nth = 0; nth < 50; nth += 1) set(`STATUS-${nth}`);
    const earlier = cache.find(scope, '1')?.earlier.map(({ status }) => status);
    expect(earlier).toEqual(Array.from({ length: 8 }, (_, nth) => `STATUS-${41 + nth}`));
  });

  it('keeps the earlier states of an entry that is invalidated, and tells no change of it', () => {
    set('NEW');
    set('PROCESSING');
    subscribe();
    cache.invalidate(scope, '1');
    cache.invalidate(scope, 'unknown');
    const left = cache.find(scope, '1');
    // Neither fresh nor recent enough to be served after an error.
    expect((left?.freshUntilMs ?? 0) + 10_000).toBeLessThanOrEqual(clock.now());
    set('PROCESSING');
    set('SUCCEEDED');
    expect(told).toEqual(['the same', 'SUCCEEDED after NEW,PROCESSING']);
  });

  it('measures the earlier states too', () => {
    const one = sizeOfJob(set('NEW'), 'key');
    const two = sizeOfJob(set('PROCESSING'), 'key');
    expect(two - one).toBeGreaterThan(50);
    expect(one).toBeGreaterThan(1_000);
  });
});
