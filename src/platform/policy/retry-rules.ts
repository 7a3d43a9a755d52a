import { readRetryAfter } from '../../ims/http-answer.ts';
import type { Operation, PlatformAnswer } from '../call.ts';
import { PlatformTimedOut, PlatformUnreachable } from '../errors.ts';

/** What an attempt came to: an answer of Platform's, good or bad, or what was thrown instead of one. */
export type Outcome = { readonly answer: PlatformAnswer } | { readonly error: unknown };

const passingStatuses = new Set([429, 502, 503, 504]);

/**
 * Whether the same call may be made once more. Pure.
 *
 * A create that is sent twice is two exports, so it is only when nothing of it was sent, or when Platform said
 * by 429 that it was not carried out. (A refused token is repeated elsewhere, with a new one.)
 */
export function mayRetry(operation: Operation, outcome: Outcome): boolean {
  if ('answer' in outcome) {
    const { status } = outcome.answer;
    return operation === 'create' ? status === 429 : passingStatuses.has(status);
  }
  const { error } = outcome;
  if (error instanceof PlatformUnreachable)
    return operation !== 'create' || error.details.mayHaveRun !== true;
  return error instanceof PlatformTimedOut && operation !== 'create';
}

/** How long Platform asks to hold back, in milliseconds, or nothing. */
export function holdBackMs(outcome: Outcome, nowMs: number): number | undefined {
  return 'answer' in outcome ? readRetryAfter(outcome.answer.headers, nowMs) : undefined;
}
