import { decorrelatedJitterGenerator, ExponentialBackoff, type IBackoff } from 'cockatiel';
import type { Clock } from '../../observability/clock.ts';
import type { AuthorizedSend, CallContext, PlatformRequest } from '../call.ts';
import { callerGone, PlatformTimedOut, TooManyCalls } from '../errors.ts';
import type { CallLimit } from './call-limit.ts';
import type { CircuitBreakers } from './circuit-breakers.ts';
import { createPauses } from './pauses.ts';
import { createRetryBudget, holdOffMs, mayRetry, type Outcome, type RetryBudget } from './retry-rules.ts';

export interface CallPolicyOptions {
  /** For a request as a whole: its turn, its attempts and the time between them. */
  readonly deadlineMs: number;
  readonly mostRetries: number;
  readonly breakers: CircuitBreakers;
  readonly limit: CallLimit;
  readonly clock: Clock;
}

const backoffs = new ExponentialBackoff({
  generator: decorrelatedJitterGenerator,
  initialDelay: 250,
  maxDelay: 5_000,
});

/** This attempt was not sent. */
const tooLate = () => new PlatformTimedOut('There was no time left to call Platform.', { cutShort: true });

/**
 * The one policy for all upstream calls, around a `send` that makes one attempt: a deadline, retries within a
 * budget, a breaker for each sandbox, a limit with a queue, and a pause when Platform throttles.
 *
 * @throws PlatformCircuitOpen, TooManyCalls, PlatformThrottled (while paused), RequestAbandoned, and what `send` throws
 */
export function withPolicy(send: AuthorizedSend, options: CallPolicyOptions): AuthorizedSend {
  const { deadlineMs, mostRetries, breakers, limit, clock } = options;
  const pauses = createPauses(clock);
  /** One for each sandbox, so that one that fails does not spend another's retries. */
  const budgets = new Map<string, RetryBudget>();

  function budgetOf(sandbox: string): RetryBudget {
    const budget = budgets.get(sandbox) ?? createRetryBudget();
    budgets.set(sandbox, budget);
    return budget;
  }

  /** Waits, and ends at once when the caller has gone. */
  async function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(delayMs, resolve);
    const onAbort = () => resolve();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (!signal?.aborted) await promise;
    cancel();
    signal?.removeEventListener('abort', onAbort);
    if (signal?.aborted) throw callerGone();
  }

  /** One attempt, or nothing when a pause began while it waited for its turn. */
  async function attempt(
    request: PlatformRequest,
    context: CallContext,
    times: Times,
  ): Promise<Outcome | undefined> {
    if (context.signal?.aborted) return { error: callerGone() };
    let cancel = () => {};
    const untilWhen = () => {
      const late = new AbortController();
      cancel = clock.after(Math.max(0, times.waitUntilMs - clock.now()), () => late.abort());
      return context.signal ? AbortSignal.any([context.signal, late.signal]) : late.signal;
    };
    // Checked when it is the call's turn, because the pause may have begun while it waited.
    const takeTurn = async () => {
      if (pauses.leftMs(context.sandbox) > 0) return undefined;
      const call = () => send(request, { ...context, deadlineAtMs: times.cutOffAtMs });
      const outcome = { answer: await breakers(context.sandbox, call) };
      pauses.update(context.sandbox, outcome);
      return outcome;
    };
    try {
      return await limit(takeTurn, untilWhen);
    } catch (error) {
      return { error: context.signal?.aborted && error instanceof TooManyCalls ? callerGone() : error };
    } finally {
      cancel();
    }
  }

  /** While Platform throttles this sandbox no call is made: it waits for the end of the pause, or fails. */
  async function attemptOutsidePauses(
    request: PlatformRequest,
    context: CallContext,
    times: Times,
  ): Promise<Outcome> {
    for (;;) {
      const leftMs = pauses.leftMs(context.sandbox);
      if (clock.now() >= times.waitUntilMs) throw tooLate();
      const isTooLong = clock.now() + leftMs >= times.waitUntilMs || pauses.isGuessed(context.sandbox);
      if (leftMs > 0 && isTooLong) throw pauses.fault(context.sandbox);
      if (leftMs > 0) await wait(leftMs, context.signal);
      else {
        const outcome = await attempt(request, context, times);
        if (outcome) return outcome;
      }
    }
  }

  return async (request, context) => {
    const ownDeadlineMs = Math.min(deadlineMs, context.waitAtMostMs ?? deadlineMs);
    const waitUntilMs = clock.now() + ownDeadlineMs;
    // A caller's shorter deadline does not abort a create under way: that has the service's own deadline.
    const cutOffAtMs = request.operation === 'create' ? clock.now() + deadlineMs : waitUntilMs;
    const budget = budgetOf(context.sandbox);
    budget.deposit();
    let backOff: IBackoff<unknown> | undefined;

    for (let retries = 0; ; retries += 1) {
      const outcome = await attemptOutsidePauses(request, context, { waitUntilMs, cutOffAtMs });
      const done = () => {
        if ('answer' in outcome) return outcome.answer;
        throw outcome.error;
      };
      if (retries >= mostRetries || !mayRetry(request.operation, outcome)) return done();
      const nowMs = clock.now();
      backOff = backOff?.next(undefined) ?? backoffs.next();
      const delayMs = Math.max(backOff.duration, holdOffMs(outcome, clock.wallNow()) ?? 0);
      // If the delay does not fit the deadline, the caller decides, by the Retry-After that it gets.
      if (nowMs + delayMs >= waitUntilMs || !budget.withdraw()) return done();
      await wait(delayMs, context.signal);
    }
  };
}

interface Times {
  /** Until when a turn, a pause or another attempt is waited for. */
  readonly waitUntilMs: number;
  /** When an attempt under way has to end. */
  readonly cutOffAtMs: number;
}
