import type { Clock } from '../../observability/clock.ts';
import { JobNotFound } from '../../platform/errors.ts';
import type { JobsContext } from '../context.ts';
import type { PlatformJobs } from '../platform-jobs.ts';
import type { CachedJob } from './cached.ts';
import type { JobCache } from './job-cache.ts';
import type { MissingJobs } from './missing-jobs.ts';
import type { Found, ReadThrough } from './read-through.ts';
import type { WriteOrder } from './write-order.ts';

export type ReadJob = (id: string, context: JobsContext) => Promise<Found<CachedJob>>;

export interface ReadJobParts {
  readonly platform: PlatformJobs;
  readonly jobCache: JobCache;
  readonly missingJobs: MissingJobs;
  readonly writeOrder: WriteOrder;
  readonly readThrough: ReadThrough<CachedJob>;
  readonly clock: Clock;
}

/** Reads one job through the cache. That Platform has no such job is cached too, for a short time. */
export function createReadJob(parts: ReadJobParts): ReadJob {
  const { platform, jobCache, missingJobs, writeOrder, readThrough, clock } = parts;

  async function load(id: string, context: JobsContext, order: number): Promise<CachedJob> {
    const asOfMs = clock.now();
    try {
      const read = await platform.get(id, context);
      return jobCache.set(context, { ...read, order });
    } catch (fault) {
      const hasNewer = (jobCache.find(context, id)?.order ?? 0) > order;
      if (fault instanceof JobNotFound && !hasNewer) missingJobs.set(context, id, { fault, asOfMs, order });
      throw fault;
    }
  }

  return (id, context) =>
    readThrough(
      {
        name: id,
        find: () => jobCache.find(context, id),
        // Any create in the sandbox may have got this id.
        findMissing: () => missingJobs.find(context, id, writeOrder.lastListWrite(context.sandbox)),
        lastWrite: () => writeOrder.lastJobWrite(context.sandbox, id),
        load: (loading, order) => load(id, loading, order),
        invalidate: () => jobCache.invalidate(context, id),
      },
      context,
    );
}
