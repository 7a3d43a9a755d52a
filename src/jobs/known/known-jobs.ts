import type { BoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import type { CallOthers } from '../../observability/guarded.ts';
import { keyOf, type View } from '../asker.ts';
import type { Job } from '../job.ts';
import type { JobState, KnownJob, SeenJob, Start } from './job-state.ts';
import { settleProgress, startedAtMs } from './progress.ts';
import { TextRepresentation } from './representation.ts';
import type { RunTimes } from './run-times.ts';

/** What is known of jobs, whoever asked for it: the one source of changes. */
export interface KnownJobs {
  find(view: View, id: string): KnownJob | undefined;
  /** Takes note of a job as Platform gave it. */
  note(view: View, seen: SeenJob): KnownJob;
  /** Keeps what was settled and the states before, and answers with them no more. */
  disown(view: View, id: string): void;
  /** Calls back with each reading of a job, whoever made it, until it is called off. */
  subscribe(view: View, id: string, onReading: OnReading): () => void;
}

/** `isChange` tells a state that differs from the one before. */
export type OnReading = (known: KnownJob, isChange: boolean) => void;

export interface KnownJobsOptions {
  readonly memory: BoundedCache<KnownJob>;
  readonly runTimes: RunTimes;
  /** How long a job that is not done needs no question. */
  readonly breathMs: number;
  /** How long one that is done needs none; it does not change any more. 0 for nothing is kept at all. */
  readonly doneMs: number;
  /** For how long after that it may stand in. */
  readonly staleMs: number;
  readonly clock: Clock;
  readonly callOthers: CallOthers;
}

/** How many states are kept for those who come back after a broken connection. An export has three or four. */
const mostEarlier = 8;
const none: readonly JobState[] = [];
const statesBefore = ({ earlier, state }: KnownJob) => [...earlier, state].slice(-mostEarlier);

export function createKnownJobs(options: KnownJobsOptions): KnownJobs {
  const { memory, runTimes, breathMs, doneMs, staleMs, clock, callOthers } = options;
  const keptForMs = doneMs > 0 ? doneMs + staleMs : 0;
  const subscribers = new Map<string, Set<OnReading>>();

  /** Settled once, so that what is done to the wall clock later makes no job older or younger than it is. */
  function toStart(job: Job, before: Start | undefined): Start | undefined {
    const epochMs = startedAtMs(job);
    if (epochMs === undefined || before?.epochMs === epochMs) return before;
    // Where it begins in the future, one of the two wall clocks is wrong.
    return { epochMs, atMs: clock.now() - Math.max(0, clock.wallNow() - epochMs) };
  }

  function toState(view: View, { job }: SeenJob, before: JobState | undefined): JobState {
    const isSettled = before !== undefined && before.status === job.status;
    const progress = job.done
      ? undefined
      : isSettled
        ? before.progress
        : settleProgress(job, runTimes.of(view), clock.wallNow());
    const json = JSON.stringify(progress === undefined ? job : { ...job, progress });
    if (before?.representation.json === json) return before;
    const { id, status, done } = job;
    const representation = new TextRepresentation(json);
    return {
      id,
      status,
      done,
      start: done ? undefined : toStart(job, before?.start),
      progress,
      representation,
    };
  }

  return {
    find: (view, id) => memory.get(keyOf(view, id)),
    note(view, seen) {
      const key = keyOf(view, seen.job.id);
      const known = memory.get(key);
      // It was asked for earlier and has only arrived later.
      if (known !== undefined && known.order > seen.order) return known;
      const before = known?.state;
      const state = toState(view, seen, before);
      if (state.done && !before?.done) runTimes.learn(view, seen.job);
      const freshForMs = state.done ? doneMs : breathMs;
      const noted: KnownJob = {
        state,
        representation: state.representation,
        earlier: known === undefined ? none : state === before ? known.earlier : statesBefore(known),
        asOfMs: seen.asOfMs,
        freshUntilMs: seen.asOfMs + freshForMs,
        order: seen.order,
      };
      // Kept alike whether it is done or not: what was settled, and the states before, outlive a breath.
      memory.set(key, noted, keptForMs);
      for (const onReading of [...(subscribers.get(key) ?? [])]) {
        callOthers('a subscriber to a job', () => onReading(noted, state !== before));
      }
      return noted;
    },
    disown(view, id) {
      const key = keyOf(view, id);
      const known = memory.get(key);
      if (known === undefined) return;
      // So long ago that it may not stand in either.
      memory.set(key, { ...known, freshUntilMs: known.asOfMs - staleMs }, keptForMs);
    },
    subscribe(view, id, onReading) {
      const key = keyOf(view, id);
      const those = subscribers.get(key) ?? new Set();
      const own: OnReading = (job, isChange) => onReading(job, isChange);
      subscribers.set(key, those.add(own));
      return () => {
        those.delete(own);
        if (those.size === 0 && subscribers.get(key) === those) subscribers.delete(key);
      };
    },
  };
}

/** About how many bytes of memory it takes: what is sent, and what belongs to every entry. */
export function sizeOfJob({ representation, earlier }: KnownJob, key: string): number {
  const own = representation.size + key.length + 1_000;
  return earlier.reduce((sum, state) => sum + state.representation.size, own);
}
