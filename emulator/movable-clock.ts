import type { Clock } from '../src/observability/clock.ts';

/** A clock that stands still until it is moved, and then rings what has come due, in order. */
export interface MovableClock extends Clock {
  advance(ms: number): void;
  /** As a machine that was suspended: all of the time has passed before the first alarm rings. */
  suspend(ms: number): void;
  /** Sets the wall clock, and nothing else, forward by `ms`; back where that is negative. */
  shiftWall(ms: number): void;
  /** How many alarms are set and have not rung. */
  alarms(): number;
  /** Adobe's time, which is right and stays so: what is done to our machine's wall clock is not done to theirs. */
  readonly adobe: Clock;
}

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
}

/** `startMs` is the wall clock's. The monotonic one begins at 0, as in a new process, so that nobody mixes them up unseen. */
export function createMovableClock(startMs = Date.parse('2026-01-01T00:00:00Z')): MovableClock {
  let nowMs = 0;
  let wallAheadMs = 0;
  const alarms = new Set<Alarm>();

  function after(delayMs: number, run: () => void) {
    const alarm = { atMs: nowMs + delayMs, run };
    alarms.add(alarm);
    return () => alarms.delete(alarm);
  }

  function advance(ms: number) {
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
  }

  return {
    now: () => nowMs,
    wallNow: () => startMs + nowMs + wallAheadMs,
    after,
    alarms: () => alarms.size,
    advance,
    suspend(ms) {
      nowMs += ms;
      advance(0);
    },
    shiftWall(ms) {
      wallAheadMs += ms;
    },
    adobe: { now: () => startMs + nowMs, wallNow: () => startMs + nowMs, after },
  };
}

/** The machine's time, and ahead of it by as much as it was advanced: for the program, where jobs run by themselves. */
export function createRunningClock(): MovableClock {
  let aheadMs = 0;
  let wallAheadMs = 0;
  const timers = new Set<NodeJS.Timeout>();

  function after(delayMs: number, run: () => void) {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
    return () => {
      clearTimeout(timer);
      timers.delete(timer);
    };
  }

  function advance(ms: number) {
    aheadMs += ms;
  }

  const adobeNow = () => Math.floor(performance.timeOrigin + performance.now()) + aheadMs;
  return {
    now: () => Math.floor(performance.now()) + aheadMs,
    wallNow: () => Date.now() + aheadMs + wallAheadMs,
    after,
    alarms: () => timers.size,
    advance,
    suspend: advance,
    shiftWall(ms) {
      wallAheadMs += ms;
    },
    adobe: { now: adobeNow, wallNow: adobeNow, after },
  };
}
