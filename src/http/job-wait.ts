import { invalidCredential } from '../callers/errors.ts';
import type { Wait } from '../jobs/watching/wait-for-change.ts';
import type { Clock } from '../observability/clock.ts';
import type { JobsRequest } from './jobs-request.ts';
import type { StreamLimit } from './streams/stream-limit.ts';

/** The longest that a caller may wait for a change: gateways end what is silent for longer. */
const longestWaitMs = 60_000;

/** A place among those who wait for a job, and for how long. */
export interface JobWait {
  readonly wait: Omit<Wait, 'isAwaited'>;
  /** The value of `Preference-Applied`. */
  readonly applied: string;
  /** Gives the place back. */
  release(): void;
}

/**
 * The wait that the caller prefers; nothing where it prefers none, or where too many wait already: a preference may be
 * ignored (RFC 7240, 2). It ends with the caller's credential.
 */
export function beginWait(asked: JobsRequest, limit: StreamLimit, clock: Clock): JobWait | undefined {
  const { preferredWaitMs, waitAtMostMs = 0, startedAtMs, requestTimeoutMs = Infinity, caller } = asked;
  const release = preferredWaitMs === undefined ? undefined : limit.tryClaim(caller.id);
  if (release === undefined) return undefined;
  const waitMs = Math.min(waitAtMostMs, preferredWaitMs ?? 0, longestWaitMs);
  const credentialEndsAtMs = clock.now() + ((caller.expiresAtMs ?? Infinity) - clock.wallNow());
  return {
    wait: {
      untilMs: Math.min(startedAtMs + waitMs, credentialEndsAtMs),
      callerGivesUpAtMs: startedAtMs + requestTimeoutMs,
    },
    applied: `wait=${Math.floor(waitMs / 1000)}`,
    release,
  };
}

/**
 * For after a wait: meanwhile the caller may have been taken out of the operator's list.
 *
 * @throws CredentialInvalid
 */
export function requireCurrent({ caller }: JobsRequest): void {
  if (caller.isCurrent?.() === false) throw invalidCredential('The credential is not valid any more.');
}
