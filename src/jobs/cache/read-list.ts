import type { Log } from '../../observability/log.ts';
import type { ListQuery } from '../../platform/platform-client.ts';
import type { JobsContext } from '../context.ts';
import type { PlatformJobs } from '../platform-jobs.ts';
import type { CachedPage } from './cached.ts';
import type { JobCache } from './job-cache.ts';
import { type ListCache, listName } from './list-cache.ts';
import type { Found, ReadThrough } from './read-through.ts';
import type { WriteOrder } from './write-order.ts';

export type ReadList = (query: ListQuery, context: JobsContext) => Promise<Found<CachedPage>>;

export interface ReadListParts {
  readonly platform: PlatformJobs;
  readonly jobCache: JobCache;
  readonly listCache: ListCache;
  readonly writeOrder: WriteOrder;
  readonly readThrough: ReadThrough<CachedPage>;
  readonly log: Log;
}

/** Reads one page of a list through the cache. Each job of the page is cached as if it had been read alone. */
export function createReadList(parts: ReadListParts): ReadList {
  const { platform, jobCache, listCache, writeOrder, readThrough, log } = parts;

  async function load(query: ListQuery, context: JobsContext, order: number): Promise<CachedPage> {
    const { jobs, next, unreadable, asOfMs } = await platform.list(query, context);
    if (unreadable.length > 0) {
      const { sandbox, requestId } = context;
      const fields = { sandbox, requestId, unreadable: unreadable.length, at: unreadable.slice(0, 5) };
      log.warn(fields, 'A list has records that cannot be read');
    }
    const cachedJobs = jobs.map((job) => jobCache.set(context, { job, asOfMs, order }));
    const page = { jobs: cachedJobs, next, unreadable: unreadable.length, asOfMs, order };
    return listCache.set(context, listName(query), page);
  }

  return (query, context) => {
    const name = listName(query);
    return readThrough(
      {
        name,
        find: () => listCache.find(context, name),
        lastWrite: () => writeOrder.lastListWrite(context.sandbox),
        load: (loading, order) => load(query, loading, order),
        invalidate: () => listCache.invalidate(context, name),
      },
      context,
    );
  };
}
