import { createBoundedCache } from '../../cache/bounded-cache.ts';
import type { Clock } from '../../observability/clock.ts';
import type { Sending } from './sending.ts';

/** When this process has sent creates whose outcome is not known: the store has only the wall clock's time of that. */
export interface OwnSendings {
  add(claimId: string, sent: Sending): void;
  /** @param sentAtMs as the store has it */
  find(claimId: string, sentAtMs: number): Sending;
}

/** A process has few of them; without its entry, one is looked for as after a restart. */
const most = 1_000;

export function createOwnSendings(keptForMs: number, clock: Clock): OwnSendings {
  const sendings = createBoundedCache<Sending>({ maxEntries: most, clock });
  return {
    add(claimId, sent) {
      sendings.set(claimId, sent, keptForMs);
    },
    find(claimId, sentAtMs) {
      const own = sendings.get(claimId);
      // Another process may have sent it once more since.
      return own?.sentAtMs === sentAtMs ? own : { sentAtMs };
    },
  };
}
