import type { Caller } from '../caller.ts';
import type { Count, RequestCounter } from './request-counter.ts';

/** What is counted apart: what only looks, and what changes something or tries to. */
export type LimitedKind = 'reads' | 'writes';

/** How far a caller is within its limit, after the request that was just counted. */
export interface Standing {
  readonly kind: LimitedKind;
  readonly perMinute: number;
  readonly left: number;
  /** When all of the limit is there again, from now. */
  readonly resetsInMs: number;
  /** Whether this request is beyond the limit. */
  readonly isOver: boolean;
}

/** Counts one request of a caller; nothing for a caller without a limit, which costs nothing. */
export type CountRequest = (caller: Caller, kind: LimitedKind) => Standing | Promise<Standing> | undefined;

export interface CallerLimitsOptions {
  /** For callers that bring no limits of their own; nobody else is limited unless given. */
  readonly usual: { readonly readsPerMinute: number; readonly writesPerMinute: number } | undefined;
  readonly counters: Readonly<Record<LimitedKind, RequestCounter>>;
}

/** The limits of each caller, reads and writes apart. */
export function createCallerLimits({ usual, counters }: CallerLimitsOptions): CountRequest {
  return (caller, kind) => {
    const limits = `${kind}PerMinute` as const;
    const perMinute = caller[limits] ?? usual?.[limits];
    if (perMinute === undefined) return undefined;
    const counted = counters[kind].add(caller.id);
    if (!(counted instanceof Promise)) return standingOf(kind, perMinute, counted);
    return counted.then((count) => standingOf(kind, perMinute, count));
  };
}

function standingOf(kind: LimitedKind, perMinute: number, { count, endsInMs }: Count): Standing {
  return {
    kind,
    perMinute,
    left: Math.max(0, perMinute - count),
    resetsInMs: endsInMs,
    isOver: count > perMinute,
  };
}
