import type { Clock } from '../observability/clock.ts';
import type { Caller } from './caller.ts';

/** What a ticket is good for: one caller's stream of one job, in one sandbox. */
export interface Admission {
  readonly caller: Caller;
  readonly jobId: string;
  readonly sandbox: string;
}

/** Why there is no room: of this caller, or of all together. */
export type NoRoom = 'too-many-of-caller' | 'too-many';

/** Keeps admissions by the hash of their ticket. It may be slow, so that several processes can share one. */
export interface TicketStore {
  put(hash: string, admission: Admission): Promise<'kept' | NoRoom>;
  /** Hands it out once: of two that ask at the same moment, one gets it. Nothing after its life. */
  take(hash: string): Promise<Admission | undefined>;
}

export interface TicketStoreOptions {
  readonly lifeMs: number;
  readonly most: number;
  readonly mostForEachCaller: number;
  readonly clock: Clock;
}

/**
 * In the memory of this process. What is new is refused where there is no room, and nothing is pushed out: otherwise one
 * caller that asks for many would take others theirs.
 */
export function createTicketStore(options: TicketStoreOptions): TicketStore {
  const { lifeMs, most, mostForEachCaller, clock } = options;
  /** All live equally long, so the oldest is the first one, and ends first. */
  const kept = new Map<string, { readonly admission: Admission; readonly endsAtMs: number }>();
  const ofCaller = new Map<string, number>();

  function remove(hash: string, { caller }: Admission): void {
    kept.delete(hash);
    const left = (ofCaller.get(caller.id) ?? 1) - 1;
    if (left > 0) ofCaller.set(caller.id, left);
    else ofCaller.delete(caller.id);
  }

  function forgetEnded(): void {
    for (const [hash, { admission, endsAtMs }] of kept) {
      if (endsAtMs > clock.now()) return;
      remove(hash, admission);
    }
  }

  return {
    async put(hash, admission) {
      forgetEnded();
      const { id } = admission.caller;
      const count = ofCaller.get(id) ?? 0;
      if (count >= mostForEachCaller) return 'too-many-of-caller';
      if (kept.size >= most) return 'too-many';
      kept.set(hash, { admission, endsAtMs: clock.now() + lifeMs });
      ofCaller.set(id, count + 1);
      return 'kept';
    },
    async take(hash) {
      forgetEnded();
      const found = kept.get(hash)?.admission;
      if (found !== undefined) remove(hash, found);
      return found;
    },
  };
}
