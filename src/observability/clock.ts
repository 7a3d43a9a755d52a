/** Time as a parameter, so that a test moves it instead of waiting for it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `delayMs` from now. The answer takes it back. */
  after(delayMs: number, run: () => void, options?: TimerOptions): () => void;
}

export interface TimerOptions {
  /** Whether a process that has nothing else to do waits for this timer; true unless given. */
  readonly keepsProcessAlive?: boolean;
}

/** Node fires a timer at once when its delay is larger than this. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: Date.now,
  after(delayMs, run, { keepsProcessAlive = true } = {}) {
    const timer = setTimeout(run, Math.min(delayMs, longestTimerMs));
    if (!keepsProcessAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};
