import type { Clock } from '../../observability/clock.ts';
import { callerGone } from '../../platform/errors.ts';
import { Fault, isTransient } from '../../problems/fault.ts';
import type { CachedJob } from '../cache/cached.ts';
import { type Found, hit, staleFaultOf } from '../cache/read-through.ts';
import type { JobsContext } from '../context.ts';
import type { JobEvent } from './watcher.ts';
import type { Watchers } from './watchers.ts';

/** What a caller waits for, and for how long. Both times are by our own clock. */
export interface Wait {
  /** When to answer in any case. */
  readonly untilMs: number;
  /** When the caller gives up, which may be earlier; infinite if it does not say. */
  readonly callerGivesUpAtMs: number;
  /** Whether this state of the job is what the caller waits for. */
  readonly isAwaited: (job: CachedJob) => boolean;
}

/**
 * How long the last read may take after the time is up. If the caller gives up before that, the read begins as long
 * before the caller gives up. It is shorter than the time that a stop of the service leaves to those who wait.
 */
const lastReadMs = 1_000;

const isCutShort = (fault: unknown) => fault instanceof Fault && fault.details.cutShort === true;

interface Waiting {
  readonly id: string;
  readonly context: JobsContext;
  readonly wait: Wait;
  /** The job as it has just been read. */
  readonly first: Found<CachedJob>;
}

interface WaitParts {
  readonly watchers: Watchers;
  /** The cached job, or else `latest`; undefined if this process has changed the job since it was read. */
  readonly findUsable: (latest: CachedJob) => CachedJob | undefined;
  /** Reads the job for this caller, for at most this long; if not given, for as long as the request may take. */
  readonly read: (waitAtMostMs?: number) => Promise<Found<CachedJob>>;
  readonly clock: Clock;
}

/**
 * Waits until the job is in a state that the caller waits for, or until the time is up. Then it answers with the
 * cached job if that is fresh. Otherwise it reads the job once more, and serves the cached one if there is no answer
 * in time.
 *
 * @throws JobNotFound if the job vanishes meanwhile, RequestAbandoned if the caller goes, errors of Platform that are
 *   not transient, and the error that has kept the job from being read for too long
 */
export async function waitForChange(
  { id, context, wait: { untilMs, callerGivesUpAtMs, isAwaited }, first }: Waiting,
  { watchers, findUsable, read, clock }: WaitParts,
): Promise<Found<CachedJob>> {
  const { sandbox, permission, signal } = context;
  if (signal?.aborted) throw callerGone();
  const waitMs = untilMs - clock.now();
  if (waitMs <= 0 || isAwaited(first.cached)) return first;
  const { promise, resolve, reject } = Promise.withResolvers<Found<CachedJob>>();
  let latest = first.cached;
  const firstFault = staleFaultOf(first.source);
  // A time-out that this caller has asked for says nothing about Platform to the others who watch the job.
  let fault = isCutShort(firstFault) ? undefined : firstFault;
  const isFresh = (job: CachedJob) => clock.now() < job.freshUntilMs;
  const readMs = () => Math.min(lastReadMs, callerGivesUpAtMs - clock.now());

  async function readLast(): Promise<Found<CachedJob>> {
    const job = findUsable(latest);
    if (job === undefined) return read();
    if (isFresh(job) || (readMs() <= 0 && fault === undefined)) return { cached: job, source: hit };
    try {
      const last = await read(Math.max(0, readMs()));
      if (fault === undefined || last.source.kind !== 'stale' || !isCutShort(last.source.fault)) return last;
      // The error that the watcher met tells more than that this read was cut short.
      return { cached: last.cached, source: { ...last.source, fault } };
    } catch (error) {
      throw fault !== undefined && isCutShort(error) ? fault : error;
    }
  }

  let isTimeUp = false;
  const onTimeUp = () => {
    if (isTimeUp) return;
    isTimeUp = true;
    const last = readLast();
    // If the job changes before this read ends, nobody uses its result.
    last.catch(() => {});
    resolve(last);
  };
  /** The answer comes as a job event, as to everybody who watches the job. */
  const readEarly = () => {
    const job = findUsable(latest);
    if (job !== undefined && !isFresh(job)) read(readMs()).catch(() => {});
  };
  const onEvent = (event: JobEvent) => {
    if (event.kind === 'stopping') onTimeUp();
    if (event.kind === 'missing') reject(event.error);
    if (event.kind === 'error') {
      if (isTransient(event.error)) fault = event.error;
      else reject(event.error);
    }
    if (event.kind === 'recovered') fault = undefined;
    if ('job' in event) {
      latest = event.job;
      if (isAwaited(latest)) resolve({ cached: latest, source: hit });
    }
  };
  const onGone = () => reject(callerGone());
  const leave = watchers.watch({ scope: { sandbox, permission }, id, error: fault }, onEvent);
  const cancelTimer = clock.after(waitMs, onTimeUp);
  const earlyMs = callerGivesUpAtMs - lastReadMs - clock.now();
  const cancelEarly = earlyMs < waitMs ? clock.after(Math.max(0, earlyMs), readEarly) : () => {};
  signal?.addEventListener('abort', onGone, { once: true });
  try {
    return await promise;
  } finally {
    cancelTimer();
    cancelEarly();
    leave();
    signal?.removeEventListener('abort', onGone);
  }
}
