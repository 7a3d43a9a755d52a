import type { Clock } from '../../observability/clock.ts';
import { PlatformThrottled } from '../errors.ts';
import { throttles } from '../judge.ts';
import { holdBackMs, namesTime, type Outcome } from './retry-rules.ts';

/** Until when nobody asks Platform, for each sandbox, because it has said so with a 429. */
export interface Pauses {
  /** Milliseconds that are left of a sandbox's pause; 0 for none. */
  leftMs(sandbox: string): number;
  /**
   * Whether nobody has said how long the pause is. It is not waited for then, as its end is a guess: callers are
   * told, and do not hold their connections open for it.
   */
  isGuessed(sandbox: string): boolean;
  /** Takes note of a 429. */
  note(sandbox: string, outcome: Outcome): void;
  /** For a caller whom the pause would make wait too long. */
  fault(sandbox: string): PlatformThrottled;
}

/** A slip of units or a date far away must not silence a sandbox until the next restart. */
const longestPauseMs = 60 * 60 * 1000;

export function createPauses(clock: Clock): Pauses {
  const untilMs = new Map<string, number>();
  const guessed = new Set<string>();
  const leftMs = (sandbox: string) => Math.max(0, (untilMs.get(sandbox) ?? 0) - clock.now());

  return {
    leftMs,
    isGuessed: (sandbox) => guessed.has(sandbox),
    note(sandbox, outcome) {
      const isThrottled = 'answer' in outcome && throttles(outcome.answer);
      const forMs = isThrottled ? holdBackMs(outcome, clock.wallNow()) : undefined;
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
