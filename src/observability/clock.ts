/** Time as a parameter, so that a test moves it instead of waiting for it. */
export interface Clock {
  /**
   * Milliseconds since some moment in the past, for durations and deadlines. It never goes back and never jumps,
   * whatever somebody does to the machine's time.
   */
  now(): number;
  /**
   * Milliseconds since the Unix epoch, as this machine has it. It may jump, both ways. Only for what is shown, and
   * to compare with times that others have written, such as the date of a `Retry-After`.
   */
  wallNow(): number;
  /** Calls `run` once, `delayMs` from now. The answer takes it back. */
  after(delayMs: number, run: () => void, options?: TimerOptions): () => void;
}

export interface TimerOptions {
  /** Whether a process that has nothing else to do waits for this timer; true unless given. */
  readonly keepsProcessAlive?: boolean;
}

/** Node fires a timer at once when its delay is larger than this. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's own clocks. On Linux the first one stands still while the machine is suspended. */
export const systemClock: Clock = {
  // Whole milliseconds, because differences of it are logged.
  now: () => Math.floor(performance.now()),
  wallNow: Date.now,
  after(delayMs, run, { keepsProcessAlive = true } = {}) {
    const timer = setTimeout(run, Math.min(delayMs, longestTimerMs));
    if (!keepsProcessAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};
