import { createBoundedCache } from '../cache/bounded-cache.ts';
import type { Clock } from '../observability/clock.ts';
import { createCallOthers } from '../observability/guarded.ts';
import type { Log } from '../observability/log.ts';
import type { CallContext } from '../platform/call.ts';
import { JobNotFound } from '../platform/errors.ts';
import type { ExportRequest } from '../platform/export-request.ts';
import type { ListQuery } from '../platform/platform-client.ts';
import { askAsOf } from './as-of.ts';
import type { Asker, View } from './asker.ts';
import { type PaceOptions, paceMs } from './following/pace.ts';
import { type Wait, waitForNews } from './following/wait-for-news.ts';
import type { Happening, Watched } from './following/watcher.ts';
import { createWatchers } from './following/watchers.ts';
import { createAbsences } from './known/absences.ts';
import { createAllowance } from './known/allowance.ts';
import type { KnownJob, KnownPage, SeenJob } from './known/job-state.ts';
import { createJoin } from './known/join.ts';
import { createKnownJobs, sizeOfJob } from './known/known-jobs.ts';
import { createKnownPages, sizeOfPage, toQueryString } from './known/known-pages.ts';
import { type Answer, createReader, hit, isFresh, type Reader } from './known/reader.ts';
import { createRunTimes } from './known/run-times.ts';
import { createWriteMarks } from './known/write-marks.ts';
import type { Cancellation, PlatformJobs } from './platform-jobs.ts';

/** What a caller can do with jobs. Each call throws a `PlatformFault` or a `TokenFault`. */
export interface Jobs {
  /** `basePath` is where jobs are found, such as `/jobs`; the link to the next page begins with it. */
  list(query: ListQuery, basePath: string, asker: Asker): Promise<Answer<KnownPage>>;
  get(id: string, asker: Asker): Promise<Answer<KnownJob>>;
  /** What needs no question and no waiting, if there is such a thing. */
  fresh(id: string, view: View): Answer<KnownJob> | undefined;
  /** As `get`, and waits for what the caller calls news. */
  getNews(id: string, wait: Wait, asker: Asker): Promise<Answer<KnownJob>>;
  create(request: ExportRequest, asker: Asker): Promise<KnownJob>;
  cancel(id: string, asker: Asker): Promise<Cancellation>;
  /** Calls back with what happens to a job that is not done, until it is called off. */
  follow(job: Watched, listener: (happening: Happening) => void): () => void;
  /** When it makes sense to look again at a job that is not done, from now. */
  lookAgainInMs(known: KnownJob, view: View): number;
  /** Tells everybody who waits or follows that the service stops. */
  stopFollowing(): void;
}

export interface JobsOptions {
  readonly platform: PlatformJobs;
  readonly known: {
    /** How long what is not final needs no question. */
    readonly breathMs: number;
    /** How long a job that is done is kept. */
    readonly doneMs: number;
    /** For how long after that a reading may stand in while upstream fails. */
    readonly staleMs: number;
    readonly mostJobs: number;
    readonly mostJobBytes: number;
    readonly mostPages: number;
    readonly mostPageBytes: number;
    /** How many questions a minute those who say `no-cache` may add, for each sandbox. */
    readonly noCachePerMinute: number;
  };
  readonly watching: PaceOptions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** What is known, and Platform behind it: the use cases, wired to each other. */
export function createJobs({ platform, known: limits, watching, clock, random, log }: JobsOptions): Jobs {
  const { breathMs, doneMs, staleMs, noCachePerMinute } = limits;
  const callOthers = createCallOthers(log);
  const runTimes = createRunTimes(clock);
  const marks = createWriteMarks(clock, doneMs + breathMs + staleMs);
  const jobMemory = createBoundedCache<KnownJob>({
    maxEntries: limits.mostJobs,
    maxBytes: limits.mostJobBytes,
    sizeOf: sizeOfJob,
    clock,
  });
  const pageMemory = createBoundedCache<KnownPage>({
    maxEntries: limits.mostPages,
    maxBytes: limits.mostPageBytes,
    sizeOf: sizeOfPage,
    clock,
  });
  const known = createKnownJobs({ ...limits, memory: jobMemory, runTimes, clock, callOthers });
  const pages = createKnownPages({ memory: pageMemory, breathMs, staleMs });
  const absences = createAbsences(breathMs, clock);
  const insisting = createAllowance({ perMinute: noCachePerMinute, clock });
  const reading = { insisting, staleMs, nextOrder: marks.next, clock };
  const readJob: Reader<KnownJob> = createReader({ ...reading, join: createJoin(clock) });
  const readPage: Reader<KnownPage> = createReader({ ...reading, join: createJoin(clock) });
  const watchers = createWatchers({
    ...watching,
    read: get,
    known,
    runTimes,
    clock,
    random,
    log,
    callOthers,
  });

  const asOf = <Value>(context: CallContext, ask: (context: CallContext) => Promise<Value>) =>
    askAsOf(context, ask, { clock, callOthers });

  function seen(view: View, one: SeenJob): KnownJob {
    absences.end(view, one.job.id);
    return known.note(view, one);
  }

  function get(id: string, asker: Asker): Promise<Answer<KnownJob>> {
    const question = {
      what: id,
      find: () => known.find(asker, id),
      changedAt: () => marks.ofJob(asker.sandbox, id),
      disown: () => known.disown(asker, id),
      // Any create may have got this id.
      absence: () => absences.find(asker, id, marks.ofLists(asker.sandbox)),
      async ask(context: CallContext, order: number) {
        const askedAtMs = clock.now();
        try {
          const { value: job, asOfMs } = await asOf(context, (timed) => platform.get(id, timed));
          return seen(asker, { job, asOfMs, order });
        } catch (fault) {
          const isOvertaken = (known.find(asker, id)?.order ?? 0) > order;
          if (fault instanceof JobNotFound && !isOvertaken)
            absences.note(asker, id, { fault, asOfMs: askedAtMs, order });
          throw fault;
        }
      },
    };
    return readJob(question, asker);
  }

  return {
    get,
    fresh(id, view) {
      const job = known.find(view, id);
      if (job === undefined || !isFresh(job, marks.ofJob(view.sandbox, id), clock.now())) return undefined;
      return { known: job, provenance: hit };
    },
    list(query, basePath, asker) {
      // The path is a part of the answer.
      const what = `?${toQueryString(query)}&${encodeURIComponent(basePath)}`;
      const question = {
        what,
        find: () => pages.find(asker, what),
        changedAt: () => marks.ofLists(asker.sandbox),
        disown: () => pages.disown(asker, what),
        async ask(context: CallContext, order: number) {
          const { value: page, asOfMs } = await asOf(context, (timed) => platform.list(query, timed));
          const jobs = page.jobs.map((job) => seen(asker, { job, asOfMs, order }));
          const next = page.next ? `${basePath}?${toQueryString(page.next)}` : null;
          const unreadable = page.unreadable.length;
          if (unreadable > 0) {
            const { sandbox, requestId } = context;
            const at = page.unreadable.slice(0, 5);
            log.warn({ sandbox, requestId, unreadable, at }, 'A list has records that cannot be read');
          }
          return pages.note(asker, what, { jobs, next, unreadable, asOfMs, order });
        },
      };
      return readPage(question, asker);
    },
    async getNews(id, wait, asker) {
      const usable = (seen: KnownJob) => {
        const job = known.find(asker, id) ?? seen;
        return job.order > marks.ofJob(asker.sandbox, id) ? job : undefined;
      };
      const isNew = (job: KnownJob) => isFresh(job, marks.ofJob(asker.sandbox, id), clock.now());
      const ask = (waitAtMostMs = asker.waitAtMostMs) => get(id, { ...asker, insists: false, waitAtMostMs });
      const parts = { watchers, usable, isFresh: isNew, ask, clock };
      return waitForNews(id, asker, wait, await get(id, asker), parts);
    },
    async create(request, asker) {
      try {
        const { value: job, asOfMs } = await asOf(asker, (timed) => platform.create(request, timed));
        return seen(asker, { job, asOfMs, order: marks.next() });
      } finally {
        // Also after a failure: it may have been carried out.
        marks.mark(asker.sandbox);
      }
    },
    async cancel(id, asker) {
      try {
        return (await asOf(asker, (timed) => platform.cancel(id, timed))).value;
      } finally {
        marks.mark(asker.sandbox, id);
        watchers.lookAgain(asker.sandbox, id);
      }
    },
    follow: watchers.follow,
    lookAgainInMs({ asOfMs, state }, view) {
      return paceMs(asOfMs - (state.start?.atMs ?? asOfMs), runTimes.of(view), watching);
    },
    stopFollowing: watchers.close,
  };
}
