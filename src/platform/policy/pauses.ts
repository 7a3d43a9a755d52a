import type { Clock } from '../../observability/clock.ts';
import { PlatformThrottled } from '../errors.ts';
import { throttles } from '../judge.ts';
import { holdOffMs, namesTime, type Outcome } from './retry-rules.ts';

/** Until when Platform is not called for a sandbox, because it answered with 429. */
export interface Pauses {
  /** Milliseconds that are left of a sandbox's pause; 0 for none. */
  leftMs(sandbox: string): number;
  /**
   * Whether Platform did not say how long the pause is. Such a pause is not waited for, because its end is a guess:
   * callers get an error at once and do not hold their connections open.
   */
  isGuessed(sandbox: string): boolean;
  /** Begins a pause after a 429. */
  update(sandbox: string, outcome: Outcome): void;
  /** For a caller that would have to wait too long. */
  fault(sandbox: string): PlatformThrottled;
}

/** A wrong unit or a date far away must not block a sandbox until the next restart. */
const longestPauseMs = 60 * 60 * 1000;

export function createPauses(clock: Clock): Pauses {
  const untilMs = new Map<string, number>();
  const guessed = new Set<string>();
  const leftMs = (sandbox: string) => Math.max(0, (untilMs.get(sandbox) ?? 0) - clock.now());

  return {
    leftMs,
    isGuessed: (sandbox) => guessed.has(sandbox),
    update(sandbox, outcome) {
      const isThrottled = 'answer' in outcome && throttles(outcome.answer);
      const forMs = isThrottled ? holdOffMs(outcome, clock.wallNow()) : undefined;
      if (forMs === undefined) return;
      if (namesTime(outcome)) guessed.delete(sandbox);
      else guessed.add(sandbox);
      // One that ends earlier does not cut short one that was asked for before.
      untilMs.set(sandbox, clock.now() + Math.max(leftMs(sandbox), Math.min(forMs, longestPauseMs)));
    },
    fault(sandbox) {
      const upstream = { service: 'platform' as const, status: 429 };
      return new PlatformThrottled('Platform throttles this service.', {
        retryAfterMs: leftMs(sandbox),
        upstream,
      });
    },
  };
}
