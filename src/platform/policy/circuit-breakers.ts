import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import type { Clock } from '../../observability/clock.ts';
import type { PlatformAnswer } from '../call.ts';
import { PlatformCircuitOpen, PlatformTimedOut, PlatformUnreachable } from '../errors.ts';

export interface CircuitBreakersOptions {
  /** So many failures in a row open the circuit. */
  readonly failuresToOpen: number;
  /** How long it then stays open, before one call may try again. */
  readonly openMs: number;
  readonly clock: Clock;
}

/** Runs a call, unless Platform has been failing in this sandbox. */
export type CircuitBreakers = (
  sandbox: string,
  call: () => Promise<PlatformAnswer>,
) => Promise<PlatformAnswer>;

/** What the breaker counts: only errors of Platform's own, never a 4xx, which says that it works. */
class FailingAnswer extends Error {
  readonly answer: PlatformAnswer;

  constructor(answer: PlatformAnswer) {
    super(`Platform answered ${answer.status}`);
    this.answer = answer;
  }
}

function isFailure(error: unknown): boolean {
  if (error instanceof PlatformTimedOut) return error.details.cutShort !== true;
  return error instanceof FailingAnswer || error instanceof PlatformUnreachable;
}

/**
 * A circuit breaker of cockatiel's for each sandbox, so that one that fails does not affect the others.
 *
 * @throws PlatformCircuitOpen while it is open, and while the one call that tries again is under way
 */
export function createCircuitBreakers({
  failuresToOpen,
  openMs,
  clock,
}: CircuitBreakersOptions): CircuitBreakers {
  const breakers = new Map<string, { policy: CircuitBreakerPolicy; openUntilMs: number }>();

  function breakerOf(sandbox: string) {
    const existing = breakers.get(sandbox);
    if (existing) return existing;
    // If the one call that tries again ends without an answer, such as without a token, the circuit stays open.
    const counts = handleWhen((error) => isFailure(error) || policy.state === CircuitState.HalfOpen);
    const policy: CircuitBreakerPolicy = circuitBreaker(counts, {
      // Never too early for cockatiel, which reads the wall clock: how long it stays open is counted here.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
      breaker: new ConsecutiveBreaker(failuresToOpen),
    });
    const breaker = { policy, openUntilMs: 0 };
    policy.onBreak(() => {
      breaker.openUntilMs = clock.now() + openMs;
    });
    breakers.set(sandbox, breaker);
    return breaker;
  }

  return async (sandbox, call) => {
    const breaker = breakerOf(sandbox);
    const open = () => {
      const retryAfterMs = Math.max(1000, breaker.openUntilMs - clock.now());
      return new PlatformCircuitOpen(
        'Platform has been failing in this sandbox, so it is left alone for a moment.',
        {
          retryAfterMs,
          upstream: { service: 'platform' },
        },
      );
    };
    // One call tries again; cockatiel would make the others wait for its outcome.
    if (breaker.policy.state === CircuitState.HalfOpen || clock.now() < breaker.openUntilMs) throw open();
    try {
      return await breaker.policy.execute(async () => {
        const answer = await call();
        if (answer.status >= 500) throw new FailingAnswer(answer);
        return answer;
      });
    } catch (error) {
      if (error instanceof FailingAnswer) return error.answer;
      if (error instanceof BrokenCircuitError) throw open();
      throw error;
    }
  };
}
