import type { Log } from '../observability/log.ts';

/** How far this machine's clock is from IMS's, by the `Date` header of its answers. */
export interface ClockOffset {
  /** @param date the header as it came; @param atMs our own time when IMS wrote it, as well as we know */
  measure(date: string | undefined, atMs: number): void;
}

/** Under this, an offset is the network's and the header's, which counts whole seconds. */
const notableMs = 30_000;

/**
 * A wrong clock is hard to find as a cause: assertions «from the future», tokens that expire early, log lines that do
 * not match those of others. Warns once, and again only when the offset has changed notably.
 */
export function createClockOffset({ log }: { readonly log: Log }): ClockOffset {
  let toldMs = 0;

  return {
    measure(date, atMs) {
      const imsMs = Date.parse(date ?? '');
      if (Number.isNaN(imsMs)) return;
      const offsetMs = Math.round(imsMs - atMs);
      const isOff = Math.abs(offsetMs) > notableMs;
      if (isOff && Math.abs(offsetMs - toldMs) > notableMs) {
        const seconds = Math.round(Math.abs(offsetMs) / 1000);
        const direction = offsetMs > 0 ? 'behind' : 'ahead of';
        log.warn(
          { offsetMs },
          `This machine's clock is ${seconds} s ${direction} Adobe's: check its time synchronization`,
        );
        toldMs = offsetMs;
      }
      if (!isOff) toldMs = 0;
    },
  };
}
