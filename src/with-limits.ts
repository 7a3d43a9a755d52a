import {
  type CallerLimitsOptions,
  type CountRequest,
  createCallerLimits,
} from './callers/limits/caller-limits.ts';
import { createFailureLimit } from './callers/limits/failure-limit.ts';
import { createRequestCounter } from './callers/limits/request-counter.ts';
import type { Settings } from './config/settings.ts';
import type { IdentifyCaller } from './http/callers/authenticate.ts';
import { limitFailures } from './http/callers/limit-failures.ts';
import type { Clock } from './observability/clock.ts';

export type Limits = Pick<Settings['callers'], 'readsPerMinute' | 'writesPerMinute' | 'failuresPerMinute'>;

/** More than call a process within one minute. Each of the three counters takes 10 MB at most. */
const mostKeys = 20_000;

/**
 * Where nobody is authenticated there is nobody to limit: callers are only addresses, and behind a gateway they all have
 * its address. The limits of one would then be those of all, so the gateway has to limit.
 */
export function limitsOf({ callers }: Settings): Limits | undefined {
  return callers.auth.includes('none') ? undefined : callers;
}

/** @param limits of callers that bring none of their own; only those that do are limited unless given */
export function withLimits(
  identify: IdentifyCaller,
  limits: Limits | undefined,
  clock: Clock,
): { readonly identify: IdentifyCaller; readonly countRequest: CountRequest } {
  const counter = () => createRequestCounter({ mostKeys, clock });
  const counters: CallerLimitsOptions['counters'] = { reads: counter(), writes: counter() };
  const countRequest = createCallerLimits({ usual: limits, counters });
  if (limits === undefined) return { identify, countRequest };
  const failures = createFailureLimit({ perMinute: limits.failuresPerMinute, counter: counter() });
  return { identify: limitFailures(identify, failures), countRequest };
}
