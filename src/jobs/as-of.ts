import type { Clock } from '../observability/clock.ts';
import type { CallOthers } from '../observability/guarded.ts';
import type { CallContext } from '../platform/call.ts';

/** What Platform answered, and how old that is. */
export interface AsOf<Value> {
  readonly value: Value;
  readonly asOfMs: number;
}

interface AsOfParts {
  readonly clock: Clock;
  readonly callOthers: CallOthers;
}

/** Asks Platform; what it answers is as old as the call that got an answer, whatever was tried before that. */
export async function askAsOf<Value>(
  context: CallContext,
  ask: (context: CallContext) => Promise<Value>,
  { clock, callOthers }: AsOfParts,
): Promise<AsOf<Value>> {
  let tookMs = 0;
  const value = await ask({
    ...context,
    observe(call) {
      tookMs = call.durationMs;
      callOthers('an observer of calls', () => context.observe?.(call));
    },
  });
  return { value, asOfMs: clock.now() - tookMs };
}
