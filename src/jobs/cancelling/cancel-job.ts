import type { Clock } from '../../observability/clock.ts';
import { JobRefused } from '../../platform/errors.ts';
import { Fault } from '../../problems/fault.ts';
import type { CachedJob, JobState } from '../cache/cached.ts';
import type { JobCache } from '../cache/job-cache.ts';
import type { ReadJob } from '../cache/read-job.ts';
import type { Found } from '../cache/read-through.ts';
import type { WriteOrder } from '../cache/write-order.ts';
import type { ChangeContext } from '../context.ts';
import { JobAlreadyDone } from '../errors.ts';
import type { Cancellation, PlatformJobs } from '../platform-jobs.ts';
import type { Wait } from '../watching/wait-for-change.ts';
import type { Watchers } from '../watching/watchers.ts';
import { isCancelled, judgeCancel } from './judge-cancel.ts';

/** How long a caller waits for the end of the job that it cancels. */
export type CancelWait = Omit<Wait, 'isAwaited'>;

/** The answer to a cancel. */
export type Cancelled =
  | {
      readonly kind: 'cancelling';
      readonly cancellation: Cancellation;
      /** Whether the end was waited for, and did not come in time. */
      readonly hasWaited: boolean;
    }
  /** The job as it has ended, for a caller that waits for it. */
  | { readonly kind: 'ended'; readonly job: CachedJob };

export type CancelJob = (id: string, context: ChangeContext, wait?: CancelWait) => Promise<Cancelled>;

export interface CancelJobParts {
  readonly platform: Pick<PlatformJobs, 'cancel'>;
  readonly readJob: ReadJob;
  readonly jobCache: Pick<JobCache, 'find'>;
  readonly writeOrder: Pick<WriteOrder, 'recordWrite'>;
  readonly watchers: Pick<Watchers, 'readNow'>;
  /** Waits until the job is done or the time is up. */
  readonly waitForEnd: (first: Found<CachedJob>, wait: Wait, context: ChangeContext) => Promise<CachedJob>;
  readonly clock: Clock;
}

/** A caller that does not wait for the end gets its answer hardly later for the look at what came of its cancel. */
const lookMs = 1_000;

const isDone = ({ state }: CachedJob) => state.done;

/**
 * Marks a job for cancelling, as often as somebody asks for it, and says where that comes too late. The cancel is
 * sent first, because it is urgent; then one read, which may fail, shows what came of it.
 *
 * @throws JobAlreadyDone; what Platform says of the cancel
 */
export function createCancelJob(parts: CancelJobParts): CancelJob {
  const { platform, readJob, jobCache, writeOrder, watchers, waitForEnd, clock } = parts;

  /** A job that has ended stays as it is, whatever was written since. What was taken out of the cache does not count. */
  function findEnded(id: string, context: ChangeContext): CachedJob | undefined {
    const job = jobCache.find(context, id);
    return job !== undefined && isDone(job) && clock.now() < job.freshUntilMs ? job : undefined;
  }

  async function send(id: string, context: ChangeContext): Promise<Cancellation | JobRefused> {
    try {
      return await platform.cancel(id, context);
    } catch (fault) {
      if (fault instanceof JobRefused) return fault;
      throw fault;
    } finally {
      writeOrder.recordWrite(context.sandbox, id);
      watchers.readNow(context.sandbox, id);
    }
  }

  async function look(id: string, context: ChangeContext, untilMs: number) {
    try {
      return await readJob(id, { ...context, noCache: false, waitAtMostMs: untilMs - clock.now() });
    } catch (error) {
      // The cancel has its own answer, whatever keeps the job from being read.
      if (!(error instanceof Fault)) throw error;
      return undefined;
    }
  }

  /** What is known of the job after a wait that fails is what was known before. */
  async function lookAgain(first: Found<CachedJob>, wait: CancelWait, context: ChangeContext) {
    try {
      return await waitForEnd(first, { ...wait, isAwaited: isDone }, context);
    } catch (error) {
      if (!(error instanceof Fault) || context.signal?.aborted) throw error;
      return first.cached;
    }
  }

  return async (id, context, wait) => {
    const begunAtMs = clock.now();
    const sentAtMs = clock.wallNow();
    const known = findEnded(id, context);
    if (known !== undefined && !isCancelled(known.state)) throw tooLate(known.state);

    const answer = await send(id, context);
    const isRefused = answer instanceof JobRefused;
    const callerGivesUpAtMs = begunAtMs + (context.waitAtMostMs ?? Infinity);
    const lookUntilMs = Math.max(clock.now() + lookMs, wait?.untilMs ?? 0);
    const first = await look(id, context, Math.min(lookUntilMs, callerGivesUpAtMs));
    const state = first?.cached.state;
    if (state !== undefined && isTooLate(state, sentAtMs, isRefused)) throw tooLate(state);
    if (isRefused && (state === undefined || !isCancelled(state))) throw answer;
    const cancellation = isRefused ? cancelledAlready(id) : answer;
    if (first === undefined || wait === undefined)
      return { kind: 'cancelling', cancellation, hasWaited: false };

    const job = await lookAgain(first, wait, context);
    switch (judgeCancel(job.state, sentAtMs)) {
      case 'too-late':
        throw tooLate(job.state);
      case 'ended':
        return { kind: 'ended', job };
      case 'cancelling':
        return { kind: 'cancelling', cancellation, hasWaited: true };
    }
  };
}

/** What Platform has refused to cancel has not ended by that. */
function isTooLate(state: JobState, sentAtMs: number, isRefused: boolean): boolean {
  return isRefused ? state.done && !isCancelled(state) : judgeCancel(state, sentAtMs) === 'too-late';
}

function tooLate({ id, status, representation }: JobState): JobAlreadyDone {
  return new JobAlreadyDone(`Job ${id} cannot be cancelled any more: it is ${status}.`, {
    job: representation,
  });
}

function cancelledAlready(id: string): Cancellation {
  return { id, cancelling: true, message: 'The job had been marked for cancelling before.' };
}
