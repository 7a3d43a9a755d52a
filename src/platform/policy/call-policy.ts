import { decorrelatedJitterGenerator, ExponentialBackoff, type IBackoff } from 'cockatiel';
import type { Clock } from '../../observability/clock.ts';
import type { AuthorizedSend, CallContext, PlatformRequest } from '../call.ts';
import { PlatformThrottled, RequestAbandoned, TooManyCalls } from '../errors.ts';
import type { CallLimit } from './call-limit.ts';
import type { CircuitBreakers } from './circuit-breakers.ts';
import type { RetryBudget } from './retry-budget.ts';
import { holdBackMs, mayRetry, type Outcome } from './retry-rules.ts';

export interface CallPolicyOptions {
  /** For a request as a whole: its turn, its attempts and the time between them. */
  readonly deadlineMs: number;
  readonly mostRetries: number;
  readonly breakers: CircuitBreakers;
  readonly limit: CallLimit;
  readonly budget: RetryBudget;
  readonly clock: Clock;
}

const backoff = new ExponentialBackoff({
  generator: decorrelatedJitterGenerator,
  initialDelay: 250,
  maxDelay: 5_000,
});

const abandoned = () => new RequestAbandoned('The caller has gone.');

/**
 * The one policy for all upstream calls, around a `send` that makes one attempt: a deadline, retries within a
 * budget, a breaker for each sandbox, a limit with a queue, and a pause when Platform throttles.
 *
 * @throws PlatformCircuitOpen, TooManyCalls, PlatformThrottled (while paused), RequestAbandoned, and what `send` throws
 */
export function withPolicy(send: AuthorizedSend, options: CallPolicyOptions): AuthorizedSend {
  const { deadlineMs, mostRetries, breakers, limit, budget, clock } = options;
  const pausedUntilMs = new Map<string, number>();

  async function attempt(
    request: PlatformRequest,
    context: CallContext,
    deadlineAtMs: number,
  ): Promise<Outcome> {
    const waiting = new AbortController();
    const cancel = clock.after(Math.max(0, deadlineAtMs - clock.now()), () => waiting.abort());
    const signal = context.signal ? AbortSignal.any([context.signal, waiting.signal]) : waiting.signal;
    try {
      const call = () => send(request, { ...context, deadlineAtMs });
      return { answer: await breakers(context.sandbox, () => limit(call, signal)) };
    } catch (error) {
      return { error: context.signal?.aborted && error instanceof TooManyCalls ? abandoned() : error };
    } finally {
      cancel();
    }
  }

  /** Waits, and ends at once when the caller has gone. */
  async function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(delayMs, resolve);
    signal?.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    cancel();
    if (signal?.aborted) throw abandoned();
  }

  /** The limit belongs to the credential: while it is reached, everybody waits, and nobody asks again. */
  async function sitOutPause({ sandbox, signal }: CallContext, deadlineAtMs: number): Promise<void> {
    const untilMs = pausedUntilMs.get(sandbox) ?? 0;
    const leftMs = untilMs - clock.now();
    if (leftMs <= 0) return;
    if (untilMs < deadlineAtMs) return wait(leftMs, signal);
    const upstream = { service: 'platform' as const, status: 429 };
    throw new PlatformThrottled('Platform throttles this service.', { retryAfterMs: leftMs, upstream });
  }

  function notePause(outcome: Outcome, sandbox: string, nowMs: number): void {
    const isThrottled = 'answer' in outcome && outcome.answer.status === 429;
    const forMs = isThrottled ? holdBackMs(outcome, nowMs) : undefined;
    if (forMs !== undefined) pausedUntilMs.set(sandbox, nowMs + forMs);
  }

  return async (request, context) => {
    const ownDeadlineMs = Math.min(deadlineMs, context.waitAtMostMs ?? deadlineMs);
    const retryUntilMs = clock.now() + ownDeadlineMs;
    // A create that is under way is not cut off by a caller in a hurry: it has the service's own deadline.
    const cutOffAtMs = request.operation === 'create' ? clock.now() + deadlineMs : retryUntilMs;
    budget.deposit();
    let distance: IBackoff<unknown> = backoff.next();

    for (let retries = 0; ; retries += 1) {
      await sitOutPause(context, retryUntilMs);
      const outcome = await attempt(request, context, cutOffAtMs);
      const nowMs = clock.now();
      notePause(outcome, context.sandbox, nowMs);
      const delayMs = Math.max(distance.duration, holdBackMs(outcome, nowMs) ?? 0);
      const again =
        retries < mostRetries &&
        mayRetry(request.operation, outcome) &&
        // What does not fit is for the caller to decide, who is told by Retry-After.
        nowMs + delayMs < retryUntilMs &&
        budget.withdraw();
      if (!again) {
        if ('answer' in outcome) return outcome.answer;
        throw outcome.error;
      }
      await wait(delayMs, context.signal);
      distance = distance.next(undefined);
    }
  };
}
