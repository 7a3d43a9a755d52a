import type { Clock } from '../../observability/clock.ts';
import { type Fault, isTransient } from '../../problems/fault.ts';
import { type JobsContext, keyOf } from '../context.ts';
import type { CacheEntry } from './cached.ts';
import type { AllowNoCache } from './no-cache-limit.ts';
import type { SingleFlight } from './single-flight.ts';

/** Why Platform was asked, in the words of RFC 9211, 2.2. */
export type ForwardReason = 'uri-miss' | 'stale' | 'request';

/** Where an answer comes from. */
export type AnswerSource =
  /** From the cache, without a call to Platform. */
  | { readonly kind: 'hit' }
  /** From Platform; `coalesced` if another request had already begun the call. */
  | { readonly kind: 'forwarded'; readonly reason: ForwardReason; readonly coalesced: boolean }
  /** From the cache, because the call to Platform failed with `fault` (stale-if-error, RFC 5861, 4). */
  | { readonly kind: 'stale'; readonly reason: ForwardReason; readonly fault: Fault };

export const hit: AnswerSource = { kind: 'hit' };

/** The error because of which a stale entry is served. */
export const staleFaultOf = (source: AnswerSource) => (source.kind === 'stale' ? source.fault : undefined);

export interface Found<Cached extends CacheEntry> {
  readonly cached: Cached;
  readonly source: AnswerSource;
}

/** One thing that can be read, by the cache or from Platform. */
export interface Resource<Cached extends CacheEntry> {
  /** Its name within the scope, for `keyOf`. */
  readonly name: string;
  /** The cache entry, fresh or not. */
  find(): Cached | undefined;
  /** The error to throw, if Platform has lately answered that it does not exist. */
  findMissing?(): Fault | undefined;
  /** The place of this process's last write to it. */
  lastWrite(): number;
  /** Reads it from Platform and puts it into the cache. `order` is the place of this read. */
  load(context: JobsContext, order: number): Promise<Cached>;
  /** Serves the entry no more. */
  invalidate(): void;
}

export interface ReadThroughOptions<Cached extends CacheEntry> {
  readonly singleFlight: SingleFlight<Cached>;
  readonly allowNoCache: AllowNoCache;
  /** For how long after it was fresh an entry is served if Platform fails. */
  readonly staleIfErrorMs: number;
  readonly nextOrder: () => number;
  readonly clock: Clock;
}

export type ReadThrough<Cached extends CacheEntry> = (
  resource: Resource<Cached>,
  context: JobsContext,
) => Promise<Found<Cached>>;

/**
 * Serves the cached entry as long as it is fresh, makes one call to Platform for all who want the same at the same
 * time, and serves a stale entry while Platform or IMS fails.
 *
 * @throws PlatformFault or TokenFault if no entry can be served instead: none is recent enough, the error is not
 *   transient, or the caller has said `no-cache`
 */
export function createReadThrough<Cached extends CacheEntry>(
  options: ReadThroughOptions<Cached>,
): ReadThrough<Cached> {
  const { singleFlight, allowNoCache, staleIfErrorMs, nextOrder, clock } = options;

  return async (resource, context) => {
    const findUsable = () => {
      const entry = resource.find();
      // An entry from before our own last write may be out of date; it is kept only for its history.
      return entry !== undefined && entry.order > resource.lastWrite() ? entry : undefined;
    };
    const cached = findUsable();
    const fresh = cached !== undefined && clock.now() < cached.freshUntilMs ? cached : undefined;
    if (fresh !== undefined && !context.noCache) return { cached: fresh, source: hit };

    const missing = fresh === undefined ? resource.findMissing?.() : undefined;
    // With the last write in the key, no request after that write shares a read that began before it.
    const key = `${keyOf(context, resource.name)}@${resource.lastWrite()}`;
    // A call that is made in any case does not count towards the limit of `no-cache`.
    const addsCall = (fresh !== undefined || missing !== undefined) && !singleFlight.isUnderWay(key);
    const noCache = context.noCache === true && (!addsCall || allowNoCache(context.sandbox));
    if (missing !== undefined && !noCache) throw missing;
    if (fresh !== undefined && !noCache) return { cached: fresh, source: hit };

    const reason = noCache ? 'request' : cached === undefined ? 'uri-miss' : 'stale';
    const load = async (signal: AbortSignal) => {
      try {
        // Each request that shares the call has its own time limit, so the call itself has none of them.
        return await resource.load({ ...context, waitAtMostMs: undefined, signal }, nextOrder());
      } catch (fault) {
        if (!isTransient(fault) && !signal.aborted) resource.invalidate();
        throw fault;
      }
    };
    try {
      const { value, coalesced } = await singleFlight.run(key, load, context);
      return { cached: value, source: { kind: 'forwarded', reason, coalesced } };
    } catch (fault) {
      const recent = findUsable();
      const isServable = recent !== undefined && clock.now() < recent.freshUntilMs + staleIfErrorMs;
      if (!isServable || noCache || !isTransient(fault)) throw fault;
      return { cached: recent, source: { kind: 'stale', reason, fault } };
    }
  };
}
