import { keyOf } from '../asker.ts';
import {
  createWatcher,
  type Happening,
  isLast,
  type Watched,
  type Watcher,
  type WatcherParts,
} from './watcher.ts';

/** One watcher for each job that somebody follows, however many do. */
export interface Watchers {
  /** Calls back with what happens to a job that is not done, trouble that lasts included, until it is called off. */
  follow(job: Watched, listener: Listener): () => void;
  /** Looks at a job at once, in every view, because something has been done to it. */
  lookAgain(sandbox: string, id: string): void;
  /** Tells everybody that the service stops, now and from now on. */
  close(): void;
}

type Listener = (happening: Happening) => void;

interface Following extends Watched {
  readonly watcher: Watcher;
  readonly listeners: Set<Listener>;
}

export function createWatchers(parts: WatcherParts): Watchers {
  const watched = new Map<string, Following>();
  const call = (listener: Listener, happening: Happening) =>
    parts.callOthers('a listener to a job', () => listener(happening));
  let isClosed = false;

  function watch(key: string, job: Watched): Following {
    const listeners: Following['listeners'] = new Set();
    const tell = (happening: Happening) => {
      // It has stopped, and who follows from now on would wait for ever; who is told may take long to leave.
      if (isLast(happening)) watched.delete(key);
      // A copy, because who is told may leave.
      for (const listener of [...listeners]) call(listener, happening);
    };
    const one = { ...job, listeners, watcher: createWatcher(job, tell, parts) };
    watched.set(key, one);
    return one;
  }

  return {
    follow(job, listener) {
      if (isClosed) {
        call(listener, { kind: 'stopping' });
        return () => {};
      }
      const key = keyOf(job.view, job.id);
      const one = watched.get(key) ?? watch(key, job);
      if (job.fault !== undefined) one.watcher.meet(job.fault);
      // One of its own for each time, so that who follows twice may leave once.
      const own: Listener = (happening) => listener(happening);
      one.listeners.add(own);
      const fault = one.watcher.trouble();
      if (fault !== undefined) call(listener, { kind: 'trouble', fault });
      return () => {
        one.listeners.delete(own);
        if (one.listeners.size > 0 || watched.get(key) !== one) return;
        watched.delete(key);
        one.watcher.stop();
      };
    },
    lookAgain(sandbox, id) {
      for (const one of watched.values()) {
        if (one.view.sandbox === sandbox && one.id === id) one.watcher.lookAgain();
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
