import { describe, expect, it } from '@jest/globals';
import { TooManyCalls } from '../../../src/platform/errors.ts';
import { createCallLimit } from '../../../src/platform/policy/call-limit.ts';

const never = () => new AbortController().signal;

describe('the limit on calls', () => {
  it('ends a wait when its signal is aborted, and gives its place to the next caller at once', async () => {
    const limit = createCallLimit({ concurrentCalls: 1, queuedCalls: 1 });
    const first = Promise.withResolvers<string>();
    const gone = new AbortController();
    const running = limit(() => first.promise, never);
    const waiting = limit(
      async () => 'never begun',
      () => gone.signal,
    );
    await expect(limit(async () => 'too many', never)).rejects.toThrow(TooManyCalls);
    gone.abort();
    await expect(waiting).rejects.toThrow(TooManyCalls);
    const next = limit(async () => 'next', never);
    first.resolve('first');
    expect(await Promise.all([running, next])).toEqual(['first', 'next']);
  });

  it('does not end a call under way when the signal of its wait is aborted, nor give its place away', async () => {
    const limit = createCallLimit({ concurrentCalls: 1, queuedCalls: 1 });
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const gone = new AbortController();
    const begun: string[] = [];
    const running = [
      limit(() => first.promise, never),
      limit(
        () => {
          begun.push('second');
          return second.promise;
        },
        () => gone.signal,
      ),
    ];
    first.resolve('first');
    await running[0];
    await new Promise(setImmediate);
    gone.abort();
    const third = limit(async () => {
      begun.push('third');
      return 'third';
    }, never);
    await new Promise(setImmediate);
    expect(begun).toEqual(['second']);
    second.resolve('second');
    expect(await Promise.all([...running, third])).toEqual(['first', 'second', 'third']);
  });
});
