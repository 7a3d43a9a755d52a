import type { Clock } from '../src/observability/clock.ts';

/** A clock that stands still until it is moved, and then rings what has come due, in order. */
export interface MovableClock extends Clock {
  advance(ms: number): void;
  /** How many alarms are set and have not rung. */
  alarms(): number;
}

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
}

export function createMovableClock(startMs = Date.parse('2026-01-01T00:00:00Z')): MovableClock {
  let nowMs = startMs;
  const alarms = new Set<Alarm>();

  return {
    now: () => nowMs,
    after(delayMs, run) {
      const alarm = { atMs: nowMs + delayMs, run };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    alarms: () => alarms.size,
    advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const due = [...alarms]
          .filter(({ atMs }) => atMs <= endMs)
          .sort((one, other) => one.atMs - other.atMs)[0];
        if (due === undefined) break;
        alarms.delete(due);
        nowMs = Math.max(nowMs, due.atMs);
        due.run();
      }
      nowMs = endMs;
    },
  };
}

/** The machine's time, and ahead of it by as much as it was advanced: for the program, where jobs run by themselves. */
export function createRunningClock(): MovableClock {
  let aheadMs = 0;
  const timers = new Set<NodeJS.Timeout>();
  return {
    now: () => Date.now() + aheadMs,
    after(delayMs, run) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, delayMs);
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
    alarms: () => timers.size,
    advance(ms) {
      aheadMs += ms;
    },
  };
}
