import { readRetryAfter } from '../../ims/http-answer.ts';
import type { Operation, PlatformAnswer } from '../call.ts';
import { PlatformTimedOut, PlatformUnreachable } from '../errors.ts';
import { defaultThrottleMs, throttles } from '../judge.ts';

/** What an attempt came to: an answer of Platform's, good or bad, or what was thrown instead of one. */
export type Outcome = { readonly answer: PlatformAnswer } | { readonly error: unknown };

/**
 * With these the same read or cancel may succeed a moment later: what got, the AWS SDK and Azure's take for
 * transient, and 520 to 524, which are a content network's words for a server that it does not reach in time.
 * 501, 505 and 511 say that the request itself cannot succeed.
 */
const transientStatuses = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);

/** With these nothing was carried out: a limit is reached (RFC 6585, 4), or it is too early (RFC 8470, 5.2). */
const notCarriedOutStatuses = new Set([425, 429]);

/**
 * Whether the same call may be made once more. Pure.
 *
 * A create that is sent twice is two exports, so it is only when nothing of it was sent, or when Platform said
 * that it was not carried out. (A refused token is repeated elsewhere, with a new one.)
 */
export function mayRetry(operation: Operation, outcome: Outcome): boolean {
  if ('answer' in outcome) {
    const { status } = outcome.answer;
    return (operation === 'create' ? notCarriedOutStatuses : transientStatuses).has(status);
  }
  const { error } = outcome;
  const isTransient = error instanceof PlatformUnreachable || error instanceof PlatformTimedOut;
  return isTransient && (operation !== 'create' || error.details.mayHaveRun !== true);
}

/**
 * How long to hold back, in milliseconds, or nothing. A 429 need not say (RFC 6585, 4): what callers are told
 * then is also what we do.
 */
export function holdBackMs(outcome: Outcome, nowMs: number): number | undefined {
  if (!('answer' in outcome)) return undefined;
  const { answer } = outcome;
  return readRetryAfter(answer.headers, nowMs) ?? (throttles(answer) ? defaultThrottleMs : undefined);
}

/** Whether Platform has said how long to hold back. */
export function namesTime(outcome: Outcome): boolean {
  return 'answer' in outcome && readRetryAfter(outcome.answer.headers, 0) !== undefined;
}
