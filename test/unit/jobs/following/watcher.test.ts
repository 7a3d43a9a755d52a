import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../../emulator/movable-clock.ts';
import { createWatcher, type Happening, type WatcherParts } from '../../../../src/jobs/following/watcher.ts';
import { createWatchers } from '../../../../src/jobs/following/watchers.ts';
import type { KnownJob } from '../../../../src/jobs/known/job-state.ts';
import type { Answer } from '../../../../src/jobs/known/reader.ts';
import { TextRepresentation } from '../../../../src/jobs/known/representation.ts';
import { createCallOthers } from '../../../../src/observability/guarded.ts';
import { silentLog } from '../../../../src/observability/log.ts';
import { PlatformFailed, PlatformThrottled } from '../../../../src/platform/errors.ts';

const representation = new TextRepresentation('{"id":"7","status":"SUCCEEDED"}');
const state = {
  id: '7',
  status: 'SUCCEEDED',
  done: true,
  start: { epochMs: 0, atMs: 0 },
  progress: undefined,
  representation,
};
const ended: KnownJob = { state, representation, earlier: [], asOfMs: 0, freshUntilMs: 0, order: 1 };

describe('a watcher whose looks fail', () => {
  let clock: MovableClock;
  let looksAtMs: number[];
  let told: Happening[];
  let fault: Error | undefined;
  let random: number;
  beforeEach(() => {
    clock = createMovableClock(0);
    looksAtMs = [];
    told = [];
    random = 0.5;
    fault = undefined;
  });

  async function read(): Promise<Answer<KnownJob>> {
    looksAtMs.push(clock.now());
    if (fault !== undefined) throw fault;
    return { known: ended, provenance: {} };
  }

  const parts = (): WatcherParts => ({
    read,
    known: {
      find: () => undefined,
      note: () => {
        throw new Error('Nothing is noted here.');
      },
      disown() {},
      subscribe: () => () => {},
    },
    runTimes: { learn() {}, of: () => undefined },
    clock,
    random: () => random,
    log: silentLog,
    callOthers: createCallOthers(silentLog),
    quickestMs: 2_000,
    slowestMs: 30_000,
  });
  const job = { view: { sandbox: 'prod', permission: 'all' }, id: '7' };
  const watch = (firstFault?: unknown) => {
    const watcher = createWatcher(job, (happening) => told.push(happening), parts());
    if (firstFault !== undefined) watcher.meet(firstFault);
    return watcher;
  };

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
  }

  it('waits twice as long after each, up to a minute', async () => {
    fault = new PlatformFailed('down');
    watch();
    await pass(300);
    expect(looksAtMs.map((ms) => ms / 1_000)).toEqual([2, 6, 14, 30, 62, 122, 182, 242]);
    expect(told.map(({ kind }) => kind)).toEqual(['trouble']);
  });

  it('waits a quarter less or more, so that many do not come at once', async () => {
    fault = new PlatformFailed('down');
    random = 0;
    watch();
    await pass(5);
    random = 1;
    watch();
    await pass(8);
    expect(looksAtMs).toEqual([2_000, 5_000, 7_000, 11_000, 12_000]);
  });

  it('waits for as long as Platform asks, and no longer than a minute', async () => {
    fault = new PlatformThrottled('slow down', { retryAfterMs: 40_000 });
    watch();
    await pass(50);
    expect(looksAtMs).toEqual([2_000, 42_000]);
    fault = new PlatformThrottled('slow down', { retryAfterMs: 3_600_000 });
    await pass(100);
    expect(looksAtMs).toEqual([2_000, 42_000, 82_000, 142_000]);
  });

  it('begins with the trouble that whoever begins to follow has met', () => {
    fault = new PlatformFailed('down');
    const watcher = watch(fault);
    expect([told, watcher.trouble()]).toEqual([[{ kind: 'trouble', fault }], fault]);
    expect(looksAtMs).toEqual([]);
  });

  it('tells of a fault that nobody foresaw as of any other, and goes on', async () => {
    fault = new TypeError('x is not a function');
    watch();
    await pass(10);
    expect([told.map(({ kind }) => kind), looksAtMs]).toEqual([['trouble'], [2_000, 6_000]]);
  });

  it('looks and tells no more once it is stopped, whatever becomes of its last look, and leaves no alarm', async () => {
    fault = new PlatformFailed('down');
    const watcher = watch();
    clock.advance(2_000);
    watcher.stop();
    await pass(1);
    watcher.lookAgain();
    await pass(30);
    expect([told, clock.alarms()]).toEqual([[], 0]);
  });

  it('is followed by nobody once it has seen the end, although those who were told have not left yet', async () => {
    const watchers = createWatchers(parts());
    const first = new PlatformFailed('down');
    const hear = (happening: Happening) => told.push(happening);
    watchers.follow({ ...job, fault: first }, hear);
    await pass(4);
    expect(told.splice(0).map(({ kind }) => kind)).toEqual(['trouble', 'recovered']);
    watchers.follow({ ...job, fault: first }, hear);
    await pass(4);
    expect(told.map(({ kind }) => kind)).toEqual(['trouble', 'recovered']);
    expect([looksAtMs, clock.alarms()]).toEqual([[4_000, 8_000], 0]);
  });
});
