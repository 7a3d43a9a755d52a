/*
 * Which ids are whose. Upstream has every job that somebody asks for: those from `firstRunningId` on are
 * running, all others are done. Those that it starts have ids from `firstStartedId` on.
 */

const firstRunningId = 900_000_000;
export const firstStartedId = 950_000_000;
const firstFreshId = 100_000_000;

export const isRunning = (id: string) => Number(id) >= firstRunningId;

export function runningIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(firstRunningId + index));
}

/** The jobs of the workload *known*: so many from the first one on. */
export const known = { firstId: 1_000, count: 100 };

export const knownIds = Array.from({ length: known.count }, (_, index) => String(known.firstId + index));

export interface FreshIds {
  /** The first of so many ids that nobody has had. */
  take(count: number): number;
}

export function createFreshIds(): FreshIds {
  let next = firstFreshId;
  return {
    take(count) {
      next += count;
      return next - count;
    },
  };
}
