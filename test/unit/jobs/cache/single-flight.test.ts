import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../../emulator/movable-clock.ts';
import {
  createSingleFlight,
  type SingleFlight,
  type Waiter,
} from '../../../../src/jobs/cache/single-flight.ts';
import { PlatformTimedOut, RequestAbandoned } from '../../../../src/platform/errors.ts';

describe('identical reads at the same time', () => {
  let clock: MovableClock;
  let singleFlight: SingleFlight<string>;
  let begun: { signal: AbortSignal; resolve(value: string): void; reject(error: unknown): void }[];
  beforeEach(() => {
    clock = createMovableClock();
    singleFlight = createSingleFlight(clock);
    begun = [];
  });

  const read = (signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    begun.push({ signal, resolve, reject });
    return promise;
  };
  const wait = (waiter: Waiter = {}, key = 'key') => {
    const result = singleFlight.run(key, read, waiter);
    // Tests look at it later.
    result.catch(() => {});
    return result;
  };

  it('are one for each key, and say for whom they were coalesced', async () => {
    const [first, second, other] = [wait(), wait(), wait({}, 'other')];
    expect(begun).toHaveLength(2);
    begun[0]?.resolve('value');
    begun[1]?.resolve('another');
    expect(await first).toEqual({ value: 'value', coalesced: false });
    expect(await second).toEqual({ value: 'value', coalesced: true });
    expect(await other).toEqual({ value: 'another', coalesced: false });
  });

  it('share an error, and the next one begins a new read', async () => {
    const error = new Error('down');
    const both = [wait(), wait()];
    begun[0]?.reject(error);
    expect(await Promise.allSettled(both)).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    const next = wait();
    begun[1]?.resolve('up again');
    expect((await next).value).toBe('up again');
  });

  it('are aborted when the last waiter has left, and not before', async () => {
    const callers = [new AbortController(), new AbortController()];
    const [first, second] = callers.map(({ signal }) => wait({ signal }));
    callers[0]?.abort();
    await expect(first).rejects.toThrow(RequestAbandoned);
    expect(begun[0]?.signal.aborted).toBe(false);
    callers[1]?.abort();
    await expect(second).rejects.toThrow(RequestAbandoned);
    expect(begun[0]?.signal.aborted).toBe(true);
  });

  it('are not shared any more once they are aborted, however long that takes', async () => {
    const late = wait({ waitAtMostMs: 1_000 });
    clock.advance(1_000);
    await expect(late).rejects.toThrow(PlatformTimedOut);
    const next = wait();
    expect(begun).toHaveLength(2);
    begun[0]?.reject(new Error('cut off'));
    // The end of the old one does not end the new one.
    await Promise.resolve();
    const shared = wait();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve('new');
    expect([(await next).value, (await shared).value]).toEqual(['new', 'new']);
  });

  it('are not aborted once they have ended', async () => {
    const call = wait();
    begun[0]?.resolve('value');
    await call;
    expect(begun[0]?.signal.aborted).toBe(false);
  });

  it('are waited for as long as each one waits', async () => {
    const [quick, patient] = [wait({ waitAtMostMs: 10 }), wait({ waitAtMostMs: 20 })];
    clock.advance(10);
    await expect(quick).rejects.toMatchObject({ code: 'platform-timed-out', details: { cutShort: true } });
    clock.advance(9);
    begun[0]?.resolve('in time');
    expect((await patient).value).toBe('in time');
  });

  it.each<Waiter>([{ waitAtMostMs: 0 }, { waitAtMostMs: -1 }, { signal: AbortSignal.abort() }])(
    'are not begun for a waiter that has no time or has gone: %j',
    async (waiter) => {
      await expect(wait(waiter)).rejects.toThrow();
      expect(begun).toHaveLength(0);
    },
  );

  it('leave no timer and no listener behind', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const counting: AbortSignal = Object.assign(Object.create(signal), {
      addEventListener: () => {
        listeners += 1;
      },
      removeEventListener: () => {
        listeners -= 1;
      },
    });
    Object.defineProperty(counting, 'aborted', { value: false });
    const calls = [wait({ signal: counting, waitAtMostMs: 1_000 }), wait({ signal: counting })];
    expect([clock.alarms(), listeners]).toEqual([1, 2]);
    begun[0]?.resolve('value');
    await Promise.all(calls);
    expect([clock.alarms(), listeners]).toEqual([0, 0]);
  });
});
