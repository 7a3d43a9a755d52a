import { randomUUID } from 'node:crypto';
import type { Clock } from '../../observability/clock.ts';
import type { CallOthers } from '../../observability/guarded.ts';
import type { Log } from '../../observability/log.ts';
import type { UpstreamCall } from '../../platform/call.ts';
import { JobNotFound } from '../../platform/errors.ts';
import { Fault } from '../../problems/fault.ts';
import type { Asker, View } from '../asker.ts';
import type { KnownJob } from '../known/job-state.ts';
import type { KnownJobs } from '../known/known-jobs.ts';
import type { Answer } from '../known/reader.ts';
import type { RunTimes } from '../known/run-times.ts';
import { type PaceOptions, paceMs } from './pace.ts';

/** What those who follow a job are told. */
export type Happening =
  | { readonly kind: 'change'; readonly known: KnownJob }
  /** Platform cannot be asked just now; the watcher goes on. Told once for each kind of trouble. */
  | { readonly kind: 'trouble'; readonly fault: unknown }
  /** With the job as it is: who came while it could not be read has not been told. */
  | { readonly kind: 'recovered'; readonly known: KnownJob }
  /** There is no such job any more; nothing follows. */
  | { readonly kind: 'lost'; readonly fault: JobNotFound }
  /** The service stops; nothing follows. */
  | { readonly kind: 'stopping' };

/** Whether nothing follows. */
export function isLast(happening: Happening): boolean {
  return 'known' in happening ? happening.known.state.done : happening.kind !== 'trouble';
}

export interface WatcherParts extends PaceOptions {
  readonly read: (id: string, asker: Asker) => Promise<Answer<KnownJob>>;
  readonly known: KnownJobs;
  readonly runTimes: RunTimes;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly callOthers: CallOthers;
}

export interface Watcher {
  /** What keeps the job from being read at present. */
  trouble(): unknown;
  /** Somebody else could not read the job. */
  meet(fault: unknown): void;
  /** Looks at once, because something has been done to the job. */
  lookAgain(): void;
  stop(): void;
}

const longestBackOffMs = 60_000;

export interface Watched {
  readonly view: View;
  readonly id: string;
  /** What kept whoever begins to follow from reading the job; otherwise they have just read it. */
  readonly fault?: unknown;
}

/** Looks at one job at a pace that fits, until it is done or stopped, and tells what happens. */
export function createWatcher(
  { view, id }: Watched,
  tell: (happening: Happening) => void,
  parts: WatcherParts,
): Watcher {
  const { read, known, runTimes, clock, random, log } = parts;
  const cutOff = new AbortController();
  let cancelAlarm = () => {};
  let dueAtMs = 0;
  let failures = 0;
  let trouble: { readonly code: string; readonly fault: unknown } | undefined;

  const unsubscribe = known.subscribe(view, id, (job, isChange) => {
    if (job.state.done) stop();
    // Before the change, so that who is told of it knows that the trouble is over.
    recover(job);
    // The end is told in any case: who has begun to follow since may not know of it.
    if (isChange || job.state.done) tell({ kind: 'change', known: job });
  });

  function plan(delayMs: number): void {
    cancelAlarm();
    dueAtMs = clock.now() + Math.max(0, delayMs);
    if (!cutOff.signal.aborted) cancelAlarm = clock.after(Math.max(0, delayMs), wake);
  }

  /** How long what was read last will do, from now; not positive when it is time to look. */
  function leftMs(job: KnownJob): number {
    const ranMs = job.asOfMs - (job.state.start?.atMs ?? job.asOfMs);
    return job.asOfMs + paceMs(ranMs, runTimes.of(view), parts) - clock.now();
  }

  /** A Platform that takes longer than the pace is not asked without a pause. */
  function planNext(job: KnownJob): void {
    plan(Math.max(leftMs(job), parts.quickestMs / 2));
  }

  function wake(): void {
    // The machine was asleep, and all watchers wake at once: spread over as long as between two looks.
    if (clock.now() - dueAtMs > parts.slowestMs) {
      plan(random() * parts.quickestMs);
      return;
    }
    const job = known.find(view, id);
    // Somebody else's question may have been answered in the meantime.
    if (failures === 0 && job !== undefined && leftMs(job) > 0) plan(leftMs(job));
    else void look();
  }

  async function look(): Promise<void> {
    try {
      const requestId = randomUUID();
      // Nobody's request, so it has a line of its own.
      const observe = ({ status, durationMs }: UpstreamCall) =>
        log.info(
          {
            sandbox: view.sandbox,
            jobId: id,
            requestId,
            upstreamStatus: status,
            upstreamDurationMs: durationMs,
          },
          'watch',
        );
      const asker = { ...view, requestId, signal: cutOff.signal, observe };
      const { known: job, provenance } = await read(id, asker);
      if (provenance.fault !== undefined) throw provenance.fault;
      if (job.state.done) stop();
      recover(job);
      planNext(job);
    } catch (fault) {
      if (cutOff.signal.aborted) return;
      if (fault instanceof JobNotFound) {
        stop();
        tell({ kind: 'lost', fault });
      } else {
        backOff(fault);
      }
    }
  }

  function backOff(fault: unknown): void {
    failures += 1;
    const ownMs = Math.min(longestBackOffMs, parts.quickestMs * 2 ** failures) * (0.75 + random() / 2);
    const askedMs = fault instanceof Fault ? (fault.details.retryAfterMs ?? 0) : 0;
    plan(Math.max(ownMs, Math.min(askedMs, longestBackOffMs)));
    const code = fault instanceof Fault ? fault.code : 'internal-error';
    if (code === trouble?.code) return;
    trouble = { code, fault };
    const error = fault instanceof Error ? fault.message : String(fault);
    log.warn({ sandbox: view.sandbox, jobId: id, code, error }, 'A job that is followed cannot be read');
    tell({ kind: 'trouble', fault });
  }

  function recover(job: KnownJob): void {
    failures = 0;
    if (trouble === undefined) return;
    trouble = undefined;
    // Whoever has read it: what was left of the back-off is no pace to find the next change.
    planNext(job);
    log.info({ sandbox: view.sandbox, jobId: id }, 'A job that is followed can be read again');
    tell({ kind: 'recovered', known: job });
  }

  function stop(): void {
    unsubscribe();
    cancelAlarm();
    cutOff.abort();
  }

  plan(parts.quickestMs);
  return {
    trouble: () => trouble?.fault,
    meet(fault) {
      if (trouble === undefined) backOff(fault);
    },
    lookAgain() {
      cancelAlarm();
      void look();
    },
    stop,
  };
}
