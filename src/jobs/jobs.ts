import type { AuditTrail } from '../audit/audit-trail.ts';
import type { Clock } from '../observability/clock.ts';
import type { ListQuery } from '../platform/platform-client.ts';
import type { AuditRecorder } from './auditing/audit-recorder.ts';
import { type AskedFor, openAuditRecord, recordOutcome } from './auditing/create-audit-recorder.ts';
import type { CachedJob, CachedPage, CacheEntry } from './cache/cached.ts';
import type { JobCache } from './cache/job-cache.ts';
import type { ReadJob } from './cache/read-job.ts';
import type { ReadList } from './cache/read-list.ts';
import { type Found, staleFaultOf } from './cache/read-through.ts';
import type { RunTimes } from './cache/run-times.ts';
import type { WriteOrder } from './cache/write-order.ts';
import { type CancelJob, createCancelJob } from './cancelling/cancel-job.ts';
import type { ChangeContext, JobsContext, Scope } from './context.ts';
import type { Creates } from './creating/assemble-creates.ts';
import type { CreateCommand, Created } from './creating/new-export.ts';
import type { Rehearse } from './creating/rehearse.ts';
import type { PlatformJobs } from './platform-jobs.ts';
import { intervalAfter, type ReadIntervalOptions } from './watching/read-interval.ts';
import { type Wait, waitForChange } from './watching/wait-for-change.ts';
import type { JobEvent, WatchedJob } from './watching/watcher.ts';
import type { Watchers } from './watching/watchers.ts';

/** The answer to a read: the entry, where it comes from, and what that means at this moment. */
export interface Answer<Cached extends CacheEntry> extends Found<Cached> {
  readonly ageMs: number;
  /** How long it stays fresh; negative for how long it has not been fresh any more. */
  readonly ttlMs: number;
  /** When it makes sense to read again, from now; undefined for what has no such time. */
  readonly retryAfterMs: number | undefined;
}

/** What a caller can do with jobs. Each call throws a `PlatformFault` or a `TokenFault`. */
export interface Jobs {
  list(query: ListQuery, context: JobsContext): Promise<Answer<CachedPage>>;
  get(id: string, context: JobsContext): Promise<Answer<CachedJob>>;
  /** As `get`, but answers only when the caller's `wait` is over. */
  waitForChange(id: string, wait: Wait, context: JobsContext): Promise<Answer<CachedJob>>;
  /** Begins the line in the audit trail of a request that is to change something; `ChangeContext.recorder` brings it back. */
  openRecord(asked: AskedFor): AuditRecorder;
  create(command: CreateCommand, context: ChangeContext): Promise<Created>;
  /** Everything that `create` does, except to create. */
  rehearse: Rehearse;
  cancel: CancelJob;
  /** Calls back with the events of a job that is not done. The answer ends that. */
  watch(job: WatchedJob, listener: (event: JobEvent) => void): () => void;
  /** Tells everybody who waits for a job or watches one that the service stops. */
  stopWatching(): void;
  /** Ends what goes on by itself. */
  close(): void;
}

export interface JobsParts {
  readonly platform: PlatformJobs;
  readonly audit: AuditTrail;
  readonly readJob: ReadJob;
  readonly readList: ReadList;
  readonly jobCache: JobCache;
  readonly writeOrder: WriteOrder;
  readonly runTimes: RunTimes;
  readonly watchers: Watchers;
  readonly creates: Creates;
  readonly watching: ReadIntervalOptions;
  readonly clock: Clock;
}

/** The use cases. `create-jobs.ts` puts their parts together. */
export function createUseCases(parts: JobsParts): Jobs {
  const {
    platform,
    audit,
    creates,
    readJob,
    readList,
    jobCache,
    writeOrder,
    runTimes,
    watchers,
    watching,
    clock,
  } = parts;

  function toAnswer<Cached extends CacheEntry>(found: Found<Cached>, retryAfterMs?: number): Answer<Cached> {
    const nowMs = clock.now();
    const { asOfMs, freshUntilMs } = found.cached;
    const ageMs = Math.max(0, nowMs - asOfMs);
    return { ...found, ageMs, ttlMs: freshUntilMs - nowMs, retryAfterMs };
  }

  function toJobAnswer(found: Found<CachedJob>, scope: Scope): Answer<CachedJob> {
    const { cached, source } = found;
    if (cached.state.done) return toAnswer(found);
    const intervalMs = intervalAfter(cached, runTimes.of(scope), watching);
    return toAnswer(found, Math.max(intervalMs, staleFaultOf(source)?.details.retryAfterMs ?? 0));
  }

  /** @param first the job as it has just been read */
  function waitFrom(first: Found<CachedJob>, wait: Wait, context: JobsContext): Promise<Found<CachedJob>> {
    const { id } = first.cached.state;
    return waitForChange(
      { id, context, wait, first },
      {
        watchers,
        clock,
        findUsable(latest) {
          const job = jobCache.find(context, id) ?? latest;
          return job.order > writeOrder.lastJobWrite(context.sandbox, id) ? job : undefined;
        },
        read: (waitAtMostMs = context.waitAtMostMs) =>
          readJob(id, { ...context, noCache: false, waitAtMostMs }),
      },
    );
  }

  const cancelJob = createCancelJob({
    platform,
    readJob,
    jobCache,
    writeOrder,
    watchers,
    waitForEnd: async (first, wait, context) => (await waitFrom(first, wait, context)).cached,
    clock,
  });

  return {
    async list(query, context) {
      return toAnswer(await readList(query, context));
    },
    async get(id, context) {
      return toJobAnswer(await readJob(id, context), context);
    },
    async waitForChange(id, wait, context) {
      return toJobAnswer(await waitFrom(await readJob(id, context), wait, context), context);
    },
    openRecord: (asked) => openAuditRecord(audit, asked),
    create: creates.createJob,
    rehearse: creates.rehearse,
    cancel(id, asked, wait) {
      const what = { jobId: id };
      const line = { trail: audit, action: 'cancel', outcome: 'cancelling', context: asked, what } as const;
      return recordOutcome(line, (context) => cancelJob(id, context, wait));
    },
    watch: watchers.watch,
    stopWatching: watchers.close,
    close: creates.close,
  };
}
