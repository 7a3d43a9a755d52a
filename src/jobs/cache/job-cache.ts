import type { BoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import type { CallOthers } from '../../observability/guarded.ts';
import { keyOf, type Scope } from '../context.ts';
import type { Job } from '../job.ts';
import type { CachedJob, JobState, Start } from './cached.ts';
import { toRepresentation } from './cached.ts';
import type { MissingJobs } from './missing-jobs.ts';
import { settleProgress, startedAtMs } from './progress.ts';
import type { RunTimes } from './run-times.ts';

/** All jobs that were read lately, whichever request read them. Every change of a job is noticed here. */
export interface JobCache {
  /** The entry, fresh or not. */
  find(scope: Scope, id: string): CachedJob | undefined;
  /** Keeps a job as Platform gave it, and answers with the newest entry. */
  set(scope: Scope, read: JobRead): CachedJob;
  /** Serves the entry no more, but keeps its progress and earlier states. */
  invalidate(scope: Scope, id: string): void;
  /** The jobs of a scope that are not done, as they were read last. */
  notDone(scope: Scope): Iterable<CachedJob>;
  /** Calls back with each read of a job, whichever request made it. The answer ends the subscription. */
  subscribe(scope: Scope, id: string, onRead: OnRead): () => void;
}

export interface JobRead {
  readonly job: Job;
  readonly asOfMs: number;
  readonly order: number;
}

/** `isChange` says whether the state differs from the one before. */
export type OnRead = (cached: CachedJob, isChange: boolean) => void;

export interface JobCacheOptions {
  readonly entries: BoundedCache<CachedJob>;
  readonly missingJobs: MissingJobs;
  readonly runTimes: RunTimes;
  /** How long a job that is not done is fresh. */
  readonly freshForMs: number;
  /** How long a job that is done is fresh: it does not change any more. With 0 no job is kept. */
  readonly finalFreshForMs: number;
  /** For how long after that it is served if Platform fails. */
  readonly staleIfErrorMs: number;
  readonly clock: Clock;
  readonly callOthers: CallOthers;
}

/** How many states are kept for those who come back after a broken connection. An export has three or four. */
const mostEarlier = 8;
const none: readonly JobState[] = [];
const statesBefore = ({ earlier, state }: CachedJob) => [...earlier, state].slice(-mostEarlier);

export function createJobCache(options: JobCacheOptions): JobCache {
  const { entries, missingJobs, runTimes, freshForMs, finalFreshForMs, staleIfErrorMs, clock, callOthers } =
    options;
  // The same time for jobs that are not done: their progress and earlier states are needed for longer than they are fresh.
  const keptForMs = finalFreshForMs > 0 ? finalFreshForMs + staleIfErrorMs : 0;
  const subscribers = new Map<string, Set<OnRead>>();

  /** Computed once, so that a later change of the machine's time does not change how long the export has run. */
  function toStart(job: Job, before: Start | undefined): Start | undefined {
    const epochMs = startedAtMs(job);
    if (epochMs === undefined || before?.epochMs === epochMs) return before;
    // A start in the future means that one of the two machines' clocks is wrong.
    return { epochMs, atMs: clock.now() - Math.max(0, clock.wallNow() - epochMs) };
  }

  function toProgress(job: Job, scope: Scope, before: JobState | undefined) {
    if (job.done) return undefined;
    // As long as the status is the same, so is the progress, and with it the tag.
    if (before?.status === job.status) return before.progress;
    return settleProgress(job, runTimes.of(scope), clock.wallNow());
  }

  function toState(scope: Scope, job: Job, before: JobState | undefined): JobState {
    const progress = toProgress(job, scope, before);
    const json = JSON.stringify(progress === undefined ? job : { ...job, progress });
    if (before?.representation.json === json) return before;
    const { id, status, done } = job;
    const start = done ? undefined : toStart(job, before?.start);
    return { id, status, done, start, progress, representation: toRepresentation(json) };
  }

  return {
    find: (scope, id) => entries.get(keyOf(scope, id)),
    set(scope, { job, asOfMs, order }) {
      missingJobs.delete(scope, job.id);
      const key = keyOf(scope, job.id);
      const previous = entries.get(key);
      // This read began earlier than the one that is cached, and has only arrived later.
      if (previous !== undefined && previous.order > order) return previous;
      const before = previous?.state;
      const state = toState(scope, job, before);
      if (state.done && !before?.done) runTimes.learn(scope, job);
      const cached: CachedJob = {
        state,
        tag: state.representation.tag,
        earlier: previous === undefined ? none : state === before ? previous.earlier : statesBefore(previous),
        asOfMs,
        freshUntilMs: asOfMs + (state.done ? finalFreshForMs : freshForMs),
        order,
      };
      entries.set(key, cached, keptForMs);
      for (const onRead of [...(subscribers.get(key) ?? [])]) {
        callOthers('a subscriber to a job', () => onRead(cached, state !== before));
      }
      return cached;
    },
    invalidate(scope, id) {
      const key = keyOf(scope, id);
      const cached = entries.get(key);
      if (cached === undefined) return;
      // So old that it is not served after an error either.
      entries.set(key, { ...cached, freshUntilMs: cached.asOfMs - staleIfErrorMs }, keptForMs);
    },
    *notDone(scope) {
      for (const [key, cached] of entries.entries()) {
        if (!cached.state.done && key === keyOf(scope, cached.state.id)) yield cached;
      }
    },
    subscribe(scope, id, onRead) {
      const key = keyOf(scope, id);
      const those = subscribers.get(key) ?? new Set();
      // A function of its own, so that one that is subscribed twice can end one of the two.
      const own: OnRead = (cached, isChange) => onRead(cached, isChange);
      subscribers.set(key, those.add(own));
      return () => {
        those.delete(own);
        if (those.size === 0 && subscribers.get(key) === those) subscribers.delete(key);
      };
    },
  };
}

/** About how many bytes of memory an entry takes: its texts, and what belongs to every entry. */
export function sizeOfJob({ state, earlier }: CachedJob, key: string): number {
  const own = state.representation.size + key.length + 1_000;
  return earlier.reduce((sum, { representation }) => sum + representation.size, own);
}
