import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How busy this process is. */
export interface LoadGauge {
  /** How late the event loop is, on average over the last second: how long what is ready waits for its turn. */
  lagMs(): number;
  /** Stops measuring. */
  close(): void;
}

const resolutionMs = 20;

/**
 * A second, because the average over it is what tells too much work from a burst or one long collection of
 * garbage: those make the loop late once, and it catches up within the second.
 */
const windowMs = 1_000;

/** Node's own measurement, read once a second. Neither it nor the timer keeps the process alive. */
export function createLoadGauge(): LoadGauge {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let lagMs = 0;
  const timer = setInterval(() => {
    // Nothing was recorded: this timer was first after a standstill, and the next window will tell.
    if (delays.count === 0) return;
    // Node counts its own waiting between two looks in.
    lagMs = Math.max(0, delays.mean / 1e6 - resolutionMs);
    delays.reset();
  }, windowMs).unref();

  return {
    lagMs: () => lagMs,
    close() {
      clearInterval(timer);
      delays.disable();
    },
  };
}
