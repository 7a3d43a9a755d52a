import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import { JobNotFound } from '../../platform/errors.ts';
import { keyOf, type View } from '../asker.ts';

/** The jobs that Platform has lately said not to have, so that a caller that asks in a loop costs few calls. */
export interface Absences {
  /** What to throw for a job that was not there; nothing where that is too old, or older than `changedAt`. */
  find(view: View, id: string, changedAt: number): JobNotFound | undefined;
  note(view: View, id: string, absence: Absence): void;
  /** The job has been seen. */
  end(view: View, id: string): void;
}

export interface Absence {
  readonly fault: JobNotFound;
  /** When Platform was asked, by our own clock. */
  readonly asOfMs: number;
  /** The place of that reading among all readings and changes. */
  readonly order: number;
}

/** They live for a second or so; more of them at once are somebody who tries ids out. */
const mostAbsences = 1_000;

export function createAbsences(freshMs: number, clock: Clock): Absences {
  const absences = createBoundedCache<Absence>({ maxEntries: mostAbsences, clock });

  return {
    find(view, id, changedAt) {
      const absence = absences.get(keyOf(view, id));
      if (absence === undefined || absence.order <= changedAt) return undefined;
      const { fault, asOfMs } = absence;
      const ageMs = clock.now() - asOfMs;
      // Anew for each caller, with the stack and the age of its own.
      return new JobNotFound(fault.detail, {
        ...fault.details,
        internal: fault.message,
        cached: { ageMs, ttlMs: freshMs - ageMs },
      });
    },
    note(view, id, absence) {
      absences.set(keyOf(view, id), absence, absence.asOfMs + freshMs - clock.now());
    },
    end: (view, id) => absences.delete(keyOf(view, id)),
  };
}
