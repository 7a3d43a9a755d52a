import type { Request } from 'express';
import { type Caller, isPermission, permissions } from '../../callers/caller.ts';

/** Whom the application that `exportJobs` is mounted in has found to send a request. */
export interface HostCaller {
  /**
   * What tells this caller from others: for limits, in export policies and in the audit trail; so no secret. Not in the log of
   * requests.
   */
  readonly id: string;
  /** What it is allowed to see, in one word: callers of the same word share the cache of jobs. */
  readonly permission: string;
  /** What it may do, such as `jobs:read`; everything unless given. */
  readonly permissions?: readonly string[];
  /** Where it may work; in each of the configured sandboxes unless given. */
  readonly sandboxes?: readonly string[];
  /** How many `GET` and `HEAD` it may send in a minute; any number unless given. A whole number over 0, as the next. */
  readonly readsPerMinute?: number;
  /** How many requests that change something it may send in a minute; any number unless given. */
  readonly writesPerMinute?: number;
}

/** Answers at once: whoever has to look a caller up does so in a middleware before this one. */
export type HostCallerOf = (request: Request) => HostCaller;

/**
 * @returns what asks the host application
 * @throws TypeError where it names nobody: all callers would share one scope otherwise. Unknown permissions and sandboxes
 *   permit nothing
 */
export function createHostCaller(
  callerOf: HostCallerOf,
  sandboxes: readonly string[],
): (request: Request) => Caller {
  return (request) => {
    const found = callerOf(request);
    if (typeof found?.id !== 'string' || typeof found.permission !== 'string') {
      throw new TypeError('callerOf has to answer { id, permission } with two texts, and at once');
    }
    const { readsPerMinute, writesPerMinute } = found;
    if (!isLimit(readsPerMinute) || !isLimit(writesPerMinute)) {
      throw new TypeError('readsPerMinute and writesPerMinute of callerOf have to be whole numbers over 0');
    }
    const may = (found.permissions ?? permissions).filter(isPermission);
    const isConfigured = (sandbox: string) => sandboxes.includes(sandbox);
    return {
      id: found.id,
      name: undefined,
      policyName: found.id,
      permissions: new Set(may),
      sandboxes: found.sandboxes?.filter(isConfigured) ?? sandboxes,
      cacheScope: found.permission,
      readsPerMinute,
      writesPerMinute,
    };
  };
}

const isLimit = (limit: number | undefined) =>
  limit === undefined || (Number.isSafeInteger(limit) && limit > 0);
