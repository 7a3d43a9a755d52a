import { describe, expect, it } from '@jest/globals';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { createRequestCounter, type RequestCounter } from '../../../src/callers/limits/request-counter.ts';

const mostKeys = 1_000;
const start = () => {
  const clock = createMovableClock();
  return { clock, counter: createRequestCounter({ mostKeys, clock }) };
};

/** The seam over rate-limiter-flexible, as its store for Redis will stand behind it. */
function overRateLimiterFlexible(): RequestCounter {
  const limiter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 60, blockDuration: 0 });
  return {
    async add(key) {
      const { consumedPoints: count, msBeforeNext: endsInMs } = await limiter.penalty(key);
      return { count, endsInMs };
    },
  };
}

describe.each([
  ['of our own', () => start().counter],
  ['of rate-limiter-flexible', overRateLimiterFlexible],
])('a counter %s', (_whose, create: () => RequestCounter) => {
  it('counts each key apart, from the first one on', async () => {
    const counter = create();
    const counts = ['a', 'a', 'b', 'a'].map(async (key) => (await counter.add(key)).count);
    expect(await Promise.all(counts)).toEqual([1, 2, 1, 3]);
  });

  it('says when the minute of a key is over', async () => {
    const counter = create();
    await counter.add('a');
    const { endsInMs } = await counter.add('a');
    expect(endsInMs).toBeGreaterThan(0);
    expect(endsInMs).toBeLessThanOrEqual(60_000);
  });
});

describe('a counter', () => {
  it('begins anew after a minute, to the millisecond, and not later for what is counted meanwhile', () => {
    const { clock, counter } = start();
    counter.add('a');
    clock.advance(59_999);
    expect(counter.add('a')).toEqual({ count: 2, endsInMs: 1 });
    clock.advance(1);
    expect(counter.add('a')).toEqual({ count: 1, endsInMs: 60_000 });
  });

  it('sets no timer', () => {
    const { clock, counter } = start();
    for (let key = 0; key < 100; key += 1) counter.add(String(key));
    expect(clock.alarms()).toBe(0);
  });

  it('remembers so many keys of 100 000 and no more: the last ones', () => {
    const { counter } = start();
    for (let key = 0; key < 100_000; key += 1) counter.add(String(key));
    let remembered = 0;
    // From the last one back, so that none is forgotten for another that is asked for.
    for (let key = 99_999; key >= 0; key -= 1) if (counter.add(String(key)).count === 2) remembered += 1;
    expect(remembered).toBe(mostKeys);
  });

  it('goes on counting a key that is used, whatever comes besides', () => {
    const { counter } = start();
    for (let other = 0; other < 100_000; other += 1) {
      counter.add(String(other));
      if (other % 500 === 0) counter.add('busy');
    }
    expect(counter.add('busy').count).toBe(201);
  });

  it('remembers fewer keys where they are long, so that the bytes are bounded too', () => {
    const { counter } = start();
    const longKey = (index: number) => `${index}`.padStart(5_000, 'x');
    for (let key = 0; key < mostKeys; key += 1) counter.add(longKey(key));
    let remembered = 0;
    for (let key = mostKeys - 1; key >= 0; key -= 1)
      if (counter.add(longKey(key)).count === 2) remembered += 1;
    expect(remembered).toBeGreaterThan(0);
    expect(remembered * 2 * 5_000).toBeLessThan(mostKeys * 500);
  });

  it('does not count a key at all that is longer than all of its room, instead of growing', () => {
    const { counter } = start();
    const key = 'x'.repeat(1_000_000);
    expect([counter.add(key).count, counter.add(key).count]).toEqual([1, 1]);
  });
});
