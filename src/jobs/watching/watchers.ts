import { keyOf } from '../context.ts';
import {
  createWatcher,
  isLast,
  type JobEvent,
  type WatchedJob,
  type Watcher,
  type WatcherParts,
} from './watcher.ts';

/** One watcher for each watched job, however many listen to it. */
export interface Watchers {
  /** Calls back with the events of a job that is not done, a present error included. The answer ends that. */
  watch(job: WatchedJob, listener: Listener): () => void;
  /** Reads a job at once in every scope in which it is watched. */
  readNow(sandbox: string, id: string): void;
  /** Tells everybody that the service stops, now and from now on. */
  close(): void;
}

type Listener = (event: JobEvent) => void;

interface Watched extends WatchedJob {
  readonly watcher: Watcher;
  readonly listeners: Set<Listener>;
}

export function createWatchers(parts: WatcherParts): Watchers {
  const watched = new Map<string, Watched>();
  const call = (listener: Listener, event: JobEvent) =>
    parts.callOthers('a listener to a job', () => listener(event));
  let isClosed = false;

  function begin(key: string, job: WatchedJob): Watched {
    const listeners: Watched['listeners'] = new Set();
    const tell = (event: JobEvent) => {
      // The watcher has stopped, so who watches the job from now on needs a new one.
      if (isLast(event)) watched.delete(key);
      // A copy, because a listener may leave while it is told.
      for (const listener of [...listeners]) call(listener, event);
    };
    const one = { ...job, listeners, watcher: createWatcher(job, tell, parts) };
    watched.set(key, one);
    return one;
  }

  return {
    watch(job, listener) {
      if (isClosed) {
        call(listener, { kind: 'stopping' });
        return () => {};
      }
      const key = keyOf(job.scope, job.id);
      const one = watched.get(key) ?? begin(key, job);
      if (job.error !== undefined) one.watcher.reportError(job.error);
      // A function of its own, so that a listener that watches twice can end one of the two.
      const own: Listener = (event) => listener(event);
      one.listeners.add(own);
      const error = one.watcher.error();
      if (error !== undefined) call(listener, { kind: 'error', error });
      return () => {
        one.listeners.delete(own);
        if (one.listeners.size > 0 || watched.get(key) !== one) return;
        watched.delete(key);
        one.watcher.stop();
      };
    },
    readNow(sandbox, id) {
      for (const { scope, id: watchedId, watcher } of watched.values()) {
        if (scope.sandbox === sandbox && watchedId === id) watcher.readNow();
      }
    },
    close() {
      isClosed = true;
      const all = [...watched.values()];
      watched.clear();
      for (const { watcher, listeners } of all) {
        watcher.stop();
        for (const listener of [...listeners]) call(listener, { kind: 'stopping' });
      }
    },
  };
}
