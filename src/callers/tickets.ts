import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../observability/clock.ts';
import type { Caller } from './caller.ts';
import { invalidCredential } from './errors.ts';
import type { Admission, NoRoom, TicketStore } from './ticket-store.ts';

/**
 * A page opens its stream as soon as it has the ticket: half a minute is enough for a slow network, and too short to be
 * of use to whoever reads it in a gateway's log.
 */
export const ticketLifeMs = 30_000;

/** Opens one stream, once, without any other credential. */
export interface Ticket {
  /** 256 random bits in base64url. Never logged, and kept here as a hash only. */
  readonly value: string;
  /** By the wall clock. */
  readonly expiresAtMs: number;
}

export interface Tickets {
  /** A new ticket, or why there is none. */
  issue(admission: Admission): Promise<Ticket | NoRoom>;
  /**
   * Whoever was given this ticket, as it was then, and limited to its sandbox. A ticket that is shown for something else
   * is used up as well.
   *
   * @param sandbox nothing for the ticket's own
   * @throws NotAuthenticated, in the same words whatever is wrong
   */
  redeem(ticket: string, wanted: { readonly jobId: string; readonly sandbox?: string }): Promise<Caller>;
}

export function createTickets({
  store,
  clock,
}: {
  readonly store: TicketStore;
  readonly clock: Clock;
}): Tickets {
  return {
    async issue(admission) {
      const value = randomBytes(32).toString('base64url');
      const outcome = await store.put(hashOf(value), admission);
      if (outcome !== 'kept') return outcome;
      const endsAtMs = clock.wallNow() + ticketLifeMs;
      return { value, expiresAtMs: Math.min(endsAtMs, admission.caller.expiresAtMs ?? endsAtMs) };
    },
    async redeem(ticket, { jobId, sandbox }) {
      const found = await store.take(hashOf(ticket));
      const isRight = found?.jobId === jobId && (sandbox ?? found.sandbox) === found.sandbox;
      if (!isRight) throw invalidTicket();
      // The credential that the ticket was given for may end before the ticket does, or be taken out of the list.
      const { expiresAtMs = Number.POSITIVE_INFINITY, isCurrent } = found.caller;
      if (expiresAtMs <= clock.wallNow() || isCurrent?.() === false) throw invalidTicket();
      return { ...found.caller, sandboxes: [found.sandbox] };
    },
  };
}

/** The same for a ticket that is unknown, used, ended or of something else, so that none is told from another. */
export const invalidTicket = () =>
  invalidCredential(
    'The ticket is not valid for this stream, or not any more: a ticket opens one stream, once. Get a new one.',
  );

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64url');
