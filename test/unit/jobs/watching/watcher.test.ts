import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../../emulator/movable-clock.ts';
import type { CachedJob } from '../../../../src/jobs/cache/cached.ts';
import { toRepresentation } from '../../../../src/jobs/cache/cached.ts';
import type { Found } from '../../../../src/jobs/cache/read-through.ts';
import { createWatcher, type JobEvent, type WatcherParts } from '../../../../src/jobs/watching/watcher.ts';
import { createWatchers } from '../../../../src/jobs/watching/watchers.ts';
import { createCallOthers } from '../../../../src/observability/guarded.ts';
import { silentLog } from '../../../../src/observability/log.ts';
import { PlatformFailed, PlatformThrottled } from '../../../../src/platform/errors.ts';

const representation = toRepresentation('{"id":"7","status":"SUCCEEDED"}');
const state = {
  id: '7',
  status: 'SUCCEEDED',
  done: true,
  start: { epochMs: 0, atMs: 0 },
  progress: undefined,
  representation,
};
const ended: CachedJob = {
  state,
  tag: representation.tag,
  earlier: [],
  asOfMs: 0,
  freshUntilMs: 0,
  order: 1,
};

describe('a watcher whose reads fail', () => {
  let clock: MovableClock;
  let readsAtMs: number[];
  let told: JobEvent[];
  let error: Error | undefined;
  let random: number;
  beforeEach(() => {
    clock = createMovableClock(0);
    readsAtMs = [];
    told = [];
    random = 0.5;
    error = undefined;
  });

  async function readJob(): Promise<Found<CachedJob>> {
    readsAtMs.push(clock.now());
    if (error !== undefined) throw error;
    return { cached: ended, source: { kind: 'hit' } };
  }

  const parts = (): WatcherParts => ({
    readJob,
    jobCache: { find: () => undefined, subscribe: () => () => {} },
    runTimes: { learn() {}, of: () => undefined },
    clock,
    random: () => random,
    log: silentLog,
    callOthers: createCallOthers(silentLog),
    quickestMs: 2_000,
    slowestMs: 30_000,
  });
  const job = { scope: { sandbox: 'prod', permission: 'all' }, id: '7' };
  const watch = (firstError?: unknown) => {
    const watcher = createWatcher(job, (event) => told.push(event), parts());
    if (firstError !== undefined) watcher.reportError(firstError);
    return watcher;
  };

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
  }

  it('waits twice as long after each, up to a minute', async () => {
    error = new PlatformFailed('down');
    watch();
    await pass(300);
    expect(readsAtMs.map((ms) => ms / 1_000)).toEqual([2, 6, 14, 30, 62, 122, 182, 242]);
    expect(told.map(({ kind }) => kind)).toEqual(['error']);
  });

  it('waits a quarter less or more, so that many do not come at once', async () => {
    error = new PlatformFailed('down');
    random = 0;
    watch();
    await pass(5);
    random = 1;
    watch();
    await pass(8);
    expect(readsAtMs).toEqual([2_000, 5_000, 7_000, 11_000, 12_000]);
  });

  it('waits for as long as Platform asks, and no longer than a minute', async () => {
    error = new PlatformThrottled('slow down', { retryAfterMs: 40_000 });
    watch();
    await pass(50);
    expect(readsAtMs).toEqual([2_000, 42_000]);
    error = new PlatformThrottled('slow down', { retryAfterMs: 3_600_000 });
    await pass(100);
    expect(readsAtMs).toEqual([2_000, 42_000, 82_000, 142_000]);
  });

  it('begins with the error that the one who begins to watch has met', () => {
    error = new PlatformFailed('down');
    const watcher = watch(error);
    expect([told, watcher.error()]).toEqual([[{ kind: 'error', error }], error]);
    expect(readsAtMs).toEqual([]);
  });

  it('tells an unexpected error like every other one, and goes on', async () => {
    error = new TypeError('x is not a function');
    watch();
    await pass(10);
    expect([told.map(({ kind }) => kind), readsAtMs]).toEqual([['error'], [2_000, 6_000]]);
  });

  it('reads and tells no more once it is stopped, whatever becomes of its last read, and leaves no timer', async () => {
    error = new PlatformFailed('down');
    const watcher = watch();
    clock.advance(2_000);
    watcher.stop();
    await pass(1);
    watcher.readNow();
    await pass(30);
    expect([told, clock.alarms()]).toEqual([[], 0]);
  });

  it('is replaced once it has seen the end, although those who were told have not left yet', async () => {
    const watchers = createWatchers(parts());
    const first = new PlatformFailed('down');
    const hear = (event: JobEvent) => told.push(event);
    watchers.watch({ ...job, error: first }, hear);
    await pass(4);
    expect(told.splice(0).map(({ kind }) => kind)).toEqual(['error', 'recovered']);
    watchers.watch({ ...job, error: first }, hear);
    await pass(4);
    expect(told.map(({ kind }) => kind)).toEqual(['error', 'recovered']);
    expect([readsAtMs, clock.alarms()]).toEqual([[4_000, 8_000], 0]);
  });
});
