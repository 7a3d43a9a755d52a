import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../emulator/movable-clock.ts';
import { createJoin, type Follower, type Join } from '../../../src/jobs/known/join.ts';
import { PlatformTimedOut, RequestAbandoned } from '../../../src/platform/errors.ts';

describe('joined readings', () => {
  let clock: MovableClock;
  let join: Join<string>;
  let begun: { signal: AbortSignal; resolve(value: string): void; reject(error: unknown): void }[];
  beforeEach(() => {
    clock = createMovableClock();
    join = createJoin(clock);
    begun = [];
  });

  const read = (signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    begun.push({ signal, resolve, reject });
    return promise;
  };
  const follow = (follower: Follower = {}, key = 'key') => {
    const followed = join.follow(key, read, follower);
    // Tests look at it later.
    followed.catch(() => {});
    return followed;
  };

  it('are one for each key, and say who has joined', async () => {
    const [leader, follower, other] = [follow(), follow(), follow({}, 'other')];
    expect(begun).toHaveLength(2);
    begun[0]?.resolve('value');
    begun[1]?.resolve('another');
    expect(await leader).toEqual({ value: 'value', collapsed: false });
    expect(await follower).toEqual({ value: 'value', collapsed: true });
    expect(await other).toEqual({ value: 'another', collapsed: false });
  });

  it('share an error, and the next one begins anew', async () => {
    const error = new Error('down');
    const both = [follow(), follow()];
    begun[0]?.reject(error);
    expect(await Promise.allSettled(both)).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    const next = follow();
    begun[1]?.resolve('up again');
    expect((await next).value).toBe('up again');
  });

  it('are cut off when the last follower has left, and not before', async () => {
    const callers = [new AbortController(), new AbortController()];
    const [first, second] = callers.map(({ signal }) => follow({ signal }));
    callers[0]?.abort();
    await expect(first).rejects.toThrow(RequestAbandoned);
    expect(begun[0]?.signal.aborted).toBe(false);
    callers[1]?.abort();
    await expect(second).rejects.toThrow(RequestAbandoned);
    expect(begun[0]?.signal.aborted).toBe(true);
  });

  it('that are cut off are nobody else’s, however long they take to notice', async () => {
    const late = follow({ waitAtMostMs: 1_000 });
    clock.advance(1_000);
    await expect(late).rejects.toThrow(PlatformTimedOut);
    const next = follow();
    expect(begun).toHaveLength(2);
    begun[0]?.reject(new Error('cut off'));
    // The end of the old one does not end the new one.
    await Promise.resolve();
    const joined = follow();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve('new');
    expect([(await next).value, (await joined).value]).toEqual(['new', 'new']);
  });

  it('are not cut off once they have landed', async () => {
    const call = follow();
    begun[0]?.resolve('value');
    await call;
    expect(begun[0]?.signal.aborted).toBe(false);
  });

  it('are waited for as long as each one waits', async () => {
    const [quick, patient] = [follow({ waitAtMostMs: 10 }), follow({ waitAtMostMs: 20 })];
    clock.advance(10);
    await expect(quick).rejects.toMatchObject({ code: 'platform-timed-out', details: { cutShort: true } });
    clock.advance(9);
    begun[0]?.resolve('in time');
    expect((await patient).value).toBe('in time');
  });

  it.each<Follower>([{ waitAtMostMs: 0 }, { waitAtMostMs: -1 }, { signal: AbortSignal.abort() }])(
    'are not begun for one who has no time or has gone: %j',
    async (follower) => {
      await expect(follow(follower)).rejects.toThrow();
      expect(begun).toHaveLength(0);
    },
  );

  it('leave no alarm and no listener behind', async () => {
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
    const calls = [follow({ signal: counting, waitAtMostMs: 1_000 }), follow({ signal: counting })];
    expect([clock.alarms(), listeners]).toEqual([1, 2]);
    begun[0]?.resolve('value');
    await Promise.all(calls);
    expect([clock.alarms(), listeners]).toEqual([0, 0]);
  });
});
