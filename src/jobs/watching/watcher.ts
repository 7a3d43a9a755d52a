import { randomUUID } from 'node:crypto';
import type { Clock } from '../../observability/clock.ts';
import type { CallOthers } from '../../observability/guarded.ts';
import type { Log } from '../../observability/log.ts';
import type { UpstreamCall } from '../../platform/call.ts';
import { JobNotFound } from '../../platform/errors.ts';
import { Fault } from '../../problems/fault.ts';
import type { CachedJob } from '../cache/cached.ts';
import type { JobCache } from '../cache/job-cache.ts';
import type { ReadJob } from '../cache/read-job.ts';
import { staleFaultOf } from '../cache/read-through.ts';
import type { RunTimes } from '../cache/run-times.ts';
import type { Scope } from '../context.ts';
import { intervalAfter, type ReadIntervalOptions } from './read-interval.ts';

/** What those who watch a job are told. */
export type JobEvent =
  | { readonly kind: 'change'; readonly job: CachedJob }
  /** The job cannot be read at present; the watcher goes on. Told once for each kind of error. */
  | { readonly kind: 'error'; readonly error: unknown }
  /** With the job as it is: those who came while it could not be read have not been told. */
  | { readonly kind: 'recovered'; readonly job: CachedJob }
  /** The job does not exist any more. This is the last event. */
  | { readonly kind: 'missing'; readonly error: JobNotFound }
  /** The service stops. This is the last event. */
  | { readonly kind: 'stopping' };

/** Whether no event comes after this one. */
export function isLast(event: JobEvent): boolean {
  return 'job' in event ? event.job.state.done : event.kind !== 'error';
}

export interface WatcherParts extends ReadIntervalOptions {
  readonly readJob: ReadJob;
  readonly jobCache: Pick<JobCache, 'find' | 'subscribe'>;
  readonly runTimes: RunTimes;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly callOthers: CallOthers;
}

export interface Watcher {
  /** Why the job cannot be read at present. */
  error(): unknown;
  /** Reports that somebody else could not read the job. */
  reportError(error: unknown): void;
  /** Reads the job at once, because it may just have been changed. */
  readNow(): void;
  stop(): void;
}

const longestBackOffMs = 60_000;

export interface WatchedJob {
  readonly scope: Scope;
  readonly id: string;
  /** Why the one who begins to watch the job could not read it; not given if it has just been read. */
  readonly error?: unknown;
}

/** Reads one job at suitable intervals until it is done or the watcher is stopped, and tells its events. */
export function createWatcher(
  { scope, id }: WatchedJob,
  tell: (event: JobEvent) => void,
  parts: WatcherParts,
): Watcher {
  const { readJob, jobCache, runTimes, clock, random, log } = parts;
  const { sandbox } = scope;
  const stopped = new AbortController();
  let cancelTimer = () => {};
  let dueAtMs = 0;
  let failures = 0;
  let current: { readonly code: string; readonly error: unknown } | undefined;

  const unsubscribe = jobCache.subscribe(scope, id, (job, isChange) => {
    if (job.state.done) stop();
    // Before the change, so that those who are told of it know already that the error is over.
    recover(job);
    // The end is told in any case: those who have begun to watch since then may not know of it.
    if (isChange || job.state.done) tell({ kind: 'change', job });
  });

  function plan(delayMs: number): void {
    cancelTimer();
    dueAtMs = clock.now() + Math.max(0, delayMs);
    if (!stopped.signal.aborted) cancelTimer = clock.after(Math.max(0, delayMs), wake);
  }

  /** How long it is until the next read; zero or less if it is due. */
  function leftMs(job: CachedJob): number {
    return job.asOfMs + intervalAfter(job, runTimes.of(scope), parts) - clock.now();
  }

  /** With a pause even if Platform takes longer to answer than the interval. */
  function planNext(job: CachedJob): void {
    plan(Math.max(leftMs(job), parts.quickestMs / 2));
  }

  function wake(): void {
    // The machine was asleep and all watchers wake at once, so their reads are spread.
    if (clock.now() - dueAtMs > parts.slowestMs) {
      plan(random() * parts.quickestMs);
      return;
    }
    const job = jobCache.find(scope, id);
    // Another request may have read the job in the meantime.
    if (failures === 0 && job !== undefined && leftMs(job) > 0) plan(leftMs(job));
    else void read();
  }

  async function read(): Promise<void> {
    try {
      const requestId = randomUUID();
      // These calls belong to no request, so they have log lines of their own.
      const observe = ({ status, durationMs }: UpstreamCall) => {
        const call = { upstreamStatus: status, upstreamDurationMs: durationMs };
        log.info({ sandbox, jobId: id, requestId, ...call }, 'watch');
      };
      const found = await readJob(id, { ...scope, requestId, signal: stopped.signal, observe });
      const fault = staleFaultOf(found.source);
      if (fault !== undefined) throw fault;
      if (found.cached.state.done) stop();
      recover(found.cached);
      planNext(found.cached);
    } catch (error) {
      if (stopped.signal.aborted) return;
      if (error instanceof JobNotFound) {
        stop();
        tell({ kind: 'missing', error });
      } else {
        backOff(error);
      }
    }
  }

  function backOff(error: unknown): void {
    failures += 1;
    const ownMs = Math.min(longestBackOffMs, parts.quickestMs * 2 ** failures) * (0.75 + random() / 2);
    const askedMs = error instanceof Fault ? (error.details.retryAfterMs ?? 0) : 0;
    plan(Math.max(ownMs, Math.min(askedMs, longestBackOffMs)));
    const code = error instanceof Fault ? error.code : 'internal-error';
    if (code === current?.code) return;
    current = { code, error };
    const message = error instanceof Error ? error.message : String(error);
    log.warn({ sandbox, jobId: id, code, error: message }, 'A watched job cannot be read');
    tell({ kind: 'error', error });
  }

  function recover(job: CachedJob): void {
    failures = 0;
    if (current === undefined) return;
    current = undefined;
    // The rest of the back-off would be too long to find the next change.
    planNext(job);
    log.info({ sandbox, jobId: id }, 'A watched job can be read again');
    tell({ kind: 'recovered', job });
  }

  function stop(): void {
    unsubscribe();
    cancelTimer();
    stopped.abort();
  }

  plan(parts.quickestMs);
  return {
    error: () => current?.error,
    reportError(error) {
      if (current === undefined) backOff(error);
    },
    readNow() {
      cancelTimer();
      void read();
    },
    stop,
  };
}
