import type { AuditTrail } from '../audit/audit-trail.ts';
import { createBoundedCache } from '../cache/bounded-cache.ts';
import type { Claims } from '../claims/claims.ts';
import type { Clock } from '../observability/clock.ts';
import { createCallOthers } from '../observability/guarded.ts';
import type { Log } from '../observability/log.ts';
import type { PlatformClient } from '../platform/platform-client.ts';
import type { ExportPolicies } from '../policies/rules.ts';
import type { CachedJob, CachedPage } from './cache/cached.ts';
import { createJobCache, sizeOfJob } from './cache/job-cache.ts';
import { createListCache, sizeOfPage } from './cache/list-cache.ts';
import { createMissingJobs } from './cache/missing-jobs.ts';
import { createNoCacheLimit } from './cache/no-cache-limit.ts';
import { createReadJob } from './cache/read-job.ts';
import { createReadList } from './cache/read-list.ts';
import { createReadThrough } from './cache/read-through.ts';
import { createRunTimes } from './cache/run-times.ts';
import { createSingleFlight } from './cache/single-flight.ts';
import { createWriteOrder } from './cache/write-order.ts';
import { assembleCreates, type CreatesOptions } from './creating/assemble-creates.ts';
import { createUseCases, type Jobs } from './jobs.ts';
import { createPlatformJobs } from './platform-jobs.ts';
import type { ReadIntervalOptions } from './watching/read-interval.ts';
import { createWatchers } from './watching/watchers.ts';

export interface JobsOptions {
  readonly platform: PlatformClient;
  readonly audit: AuditTrail;
  readonly cache: CacheOptions;
  readonly watching: ReadIntervalOptions;
  readonly creates: CreatesOptions;
  readonly claims: Claims;
  readonly policies: ExportPolicies;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export interface CacheOptions {
  /** How long a list, and a job that is not done, is fresh. */
  readonly freshForMs: number;
  /** How long a job that is done is fresh. */
  readonly finalFreshForMs: number;
  /** For how long after that an entry is served if Platform or IMS fails. */
  readonly staleIfErrorMs: number;
  readonly mostJobs: number;
  readonly mostJobBytes: number;
  readonly mostPages: number;
  readonly mostPageBytes: number;
  /** How many calls to Platform a minute `no-cache` requests may add, for each sandbox. */
  readonly noCachePerMinute: number;
}

/** Puts the room together: the caches in front of Platform, the watchers, and the use cases that need both. */
export function createJobs(options: JobsOptions): Jobs {
  const { platform: client, audit, cache, watching, clock, random, log } = options;
  const { freshForMs, finalFreshForMs, staleIfErrorMs } = cache;
  const callOthers = createCallOthers(log);
  const platform = createPlatformJobs({ platform: client, clock, callOthers });

  const runTimes = createRunTimes(clock);
  const writeOrder = createWriteOrder(clock, finalFreshForMs + freshForMs + staleIfErrorMs);
  const missingJobs = createMissingJobs(freshForMs, clock);
  const jobCache = createJobCache({
    entries: createBoundedCache<CachedJob>({
      maxEntries: cache.mostJobs,
      maxBytes: cache.mostJobBytes,
      sizeOf: sizeOfJob,
      clock,
    }),
    missingJobs,
    runTimes,
    freshForMs,
    finalFreshForMs,
    staleIfErrorMs,
    clock,
    callOthers,
  });
  const listCache = createListCache({
    entries: createBoundedCache<CachedPage>({
      maxEntries: cache.mostPages,
      maxBytes: cache.mostPageBytes,
      sizeOf: sizeOfPage,
      clock,
    }),
    freshForMs,
    staleIfErrorMs,
  });

  // Jobs and lists share the limit of a sandbox and the order of reads, but each has its own reads under way.
  const allowNoCache = createNoCacheLimit({ perMinute: cache.noCachePerMinute, clock });
  const reading = { allowNoCache, staleIfErrorMs, nextOrder: writeOrder.next, clock };
  const readJob = createReadJob({
    platform,
    jobCache,
    missingJobs,
    writeOrder,
    readThrough: createReadThrough({ ...reading, singleFlight: createSingleFlight<CachedJob>(clock) }),
    clock,
  });
  const readList = createReadList({
    platform,
    jobCache,
    listCache,
    writeOrder,
    readThrough: createReadThrough({ ...reading, singleFlight: createSingleFlight<CachedPage>(clock) }),
    log,
  });

  const watchers = createWatchers({
    ...watching,
    readJob,
    jobCache,
    runTimes,
    clock,
    random,
    log,
    callOthers,
  });
  const creates = assembleCreates({
    ...options,
    platform,
    describeCreate: client.describeCreate,
    readJob,
    jobCache,
    writeOrder,
  });
  return createUseCases({
    platform,
    creates,
    audit,
    readJob,
    readList,
    jobCache,
    writeOrder,
    runTimes,
    watchers,
    watching,
    clock,
  });
}
