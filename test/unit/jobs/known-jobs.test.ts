import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../emulator/movable-clock.ts';
import { createBoundedCache } from '../../../src/cache/bounded-cache.ts';
import type { KnownJob } from '../../../src/jobs/known/job-state.ts';
import { createKnownJobs, type KnownJobs, sizeOfJob } from '../../../src/jobs/known/known-jobs.ts';
import { createRunTimes } from '../../../src/jobs/known/run-times.ts';
import { createCallOthers } from '../../../src/observability/guarded.ts';
import { silentLog } from '../../../src/observability/log.ts';

const view = { sandbox: 'prod', permission: 'all' };

describe('what is known of jobs, the one source of changes', () => {
  let clock: MovableClock;
  let known: KnownJobs;
  let order: number;
  let told: string[];
  beforeEach(() => {
    clock = createMovableClock();
    const memory = createBoundedCache<KnownJob>({ maxEntries: 10, clock });
    const runTimes = createRunTimes(clock);
    const times = { breathMs: 1_000, doneMs: 60_000, staleMs: 10_000 };
    known = createKnownJobs({ memory, runTimes, ...times, clock, callOthers: createCallOthers(silentLog) });
    [order, told] = [0, []];
  });

  const note = (status: string, { id = '1', place = ++order, of = view } = {}) =>
    known.note(of, {
      job: { id, status, done: status === 'SUCCEEDED', segments: [], batches: [], errors: [] },
      asOfMs: clock.now(),
      order: place,
    });
  const follow = (of = view) =>
    known.subscribe(of, '1', ({ state, earlier }, isChange) =>
      told.push(isChange ? `${state.status} after ${earlier.map(({ status }) => status)}` : 'the same'),
    );

  it('tells each reading, and which ones are changes', () => {
    follow();
    for (const status of ['NEW', 'NEW', 'PROCESSING', 'SUCCEEDED', 'SUCCEEDED']) note(status);
    expect(told).toEqual([
      'NEW after ',
      'the same',
      'PROCESSING after NEW',
      'SUCCEEDED after NEW,PROCESSING',
      'the same',
    ]);
  });

  it('tells nothing of a reading that began earlier and arrives later, nor takes note of it', () => {
    note('PROCESSING', { place: 5 });
    follow();
    expect(note('NEW', { place: 4 }).state.status).toBe('PROCESSING');
    expect(known.find(view, '1')?.state.status).toBe('PROCESSING');
    expect(told).toEqual([]);
  });

  it('tells only those who follow this job in this view, until they call it off', () => {
    const callOff = [follow(), follow({ ...view, sandbox: 'dev' }), follow({ ...view, permission: 'none' })];
    note('NEW', { id: '2' });
    note('NEW');
    expect(told).toHaveLength(1);
    callOff[0]?.();
    callOff[0]?.();
    note('PROCESSING');
    expect(told).toHaveLength(1);
  });

  it('tells everybody, also when one leaves or comes while being told', () => {
    const leave = known.subscribe(view, '1', () => {
      told.push('first');
      leave();
      follow();
    });
    follow();
    note('NEW');
    expect(told).toEqual(['first', 'NEW after ']);
    note('PROCESSING');
    expect(told).toHaveLength(4);
  });

  it('keeps the very bytes as long as nothing changes, and makes the reading newer', () => {
    const first = note('NEW');
    clock.advance(500);
    const next = note('NEW');
    expect(next.representation).toBe(first.representation);
    expect(next.freshUntilMs - first.freshUntilMs).toBe(500);
  });

  it('keeps the last few states before and no more', () => {
    for (let nth = 0; nth < 50; nth += 1) note(`STATUS-${nth}`);
    const earlier = known.find(view, '1')?.earlier.map(({ status }) => status);
    expect(earlier).toEqual(Array.from({ length: 8 }, (_, nth) => `STATUS-${41 + nth}`));
  });

  it('keeps what was settled and the states before when Platform refuses, and tells no change of it', () => {
    note('NEW');
    note('PROCESSING');
    follow();
    known.disown(view, '1');
    known.disown(view, 'unknown');
    const left = known.find(view, '1');
    // Neither fresh nor recent enough to stand in.
    expect((left?.freshUntilMs ?? 0) + 10_000).toBeLessThanOrEqual(clock.now());
    note('PROCESSING');
    note('SUCCEEDED');
    expect(told).toEqual(['the same', 'SUCCEEDED after NEW,PROCESSING']);
  });

  it('measures the states before too', () => {
    const one = sizeOfJob(note('NEW'), 'key');
    const two = sizeOfJob(note('PROCESSING'), 'key');
    expect(two - one).toBeGreaterThan(50);
    expect(one).toBeGreaterThan(1_000);
  });
});
