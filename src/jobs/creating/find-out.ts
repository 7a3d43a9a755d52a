import type { Fault, FaultDetails } from '../../problems/fault.ts';
import type { JobsContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import { CreateNotConfirmed, CreateOutcomeUnknown } from '../errors.ts';
import type { Job } from '../job.ts';
import type { LateFor } from './late-for.ts';
import type { SearchList, SearchResult } from './search-list.ts';
import type { Sending } from './sending.ts';

/** A create that was sent and got no usable answer. */
export interface Unanswered {
  readonly definition: Definition;
  readonly claimId: string;
  /** Whether its caller can send it again with the same key. */
  readonly isKeyed: boolean;
  readonly sent: Sending;
}

/** A job, and when by our own clock the call began that showed it. */
export interface FoundJob {
  readonly job: Job;
  readonly asOfMs: number;
}

/** Makes an answer, or a fault, of what the list of jobs says of a create. Both throw CreateNotConfirmed, CreateOutcomeUnknown. */
export interface FindOut {
  /** Looks again and again for a while. */
  ofJustSent(unanswered: Unanswered, cause: Fault, context: JobsContext): Promise<FoundJob>;
  /**
   * Looks once.
   *
   * @returns nothing where it is not seen, and cannot be carried out any more: then it may be sent again
   */
  ofEarlier(unanswered: Unanswered, context: JobsContext): Promise<FoundJob | undefined>;
}

export interface FindOutOptions {
  readonly searchList: SearchList;
  /** For how long after a create without an answer its job is looked for. */
  readonly settlingMs: number;
  readonly lateFor: LateFor;
}

export function createFindOut({ searchList, settlingMs, lateFor }: FindOutOptions): FindOut {
  function search({ definition, claimId, sent }: Unanswered, forMs: number, context: JobsContext) {
    return searchList({ definition, claimId, ...sent, settlingMs: forMs }, context);
  }

  /** @param said why there was no usable answer, where that is known */
  function toFault(result: NotFound, unanswered: Unanswered, details: FaultDetails = {}, said = ''): Fault {
    if (result.kind === 'none') {
      const retryAfterMs = Math.max(1_000, lateFor(unanswered.sent));
      const permanent = !unanswered.isKeyed;
      return new CreateNotConfirmed(said + notConfirmed(unanswered), { ...details, retryAfterMs, permanent });
    }
    // The list may be readable later; several jobs stay several.
    const again = result.kind === 'unreadable' && {
      retryAfterMs: result.fault.details.retryAfterMs ?? listAgainMs,
    };
    return new CreateOutcomeUnknown(said + unknown(result, unanswered), { ...details, ...again });
  }

  return {
    async ofJustSent(unanswered, cause, context) {
      const result = await search(unanswered, settlingMs, context);
      if (result.kind === 'found') return result;
      const { upstream } = cause.details;
      const internal = `${cause.message}; ${inTheLog(result)}`;
      const details = { internal, cause, ...(upstream && { upstream }) };
      throw toFault(result, unanswered, details, `${cause.detail} `);
    },
    async ofEarlier(unanswered, context) {
      const result = await search(unanswered, 0, context);
      if (result.kind === 'found') return result;
      if (result.kind === 'none' && lateFor(unanswered.sent) <= 0) return undefined;
      throw toFault(result, unanswered);
    },
  };
}

type NotFound = Exclude<SearchResult, { kind: 'found' }>;

/** When to ask for a list again that could not be read. */
const listAgainMs = 10_000;

const mayRun = 'The export may have been started all the same';

function notConfirmed({ isKeyed }: Unanswered): string {
  const seen = `${mayRun}: the list of jobs does not show it so far.`;
  return isKeyed
    ? `${seen} Send the same request with the same Idempotency-Key after what Retry-After says: the job is looked for first.`
    : `${seen} Look into the list of jobs before trying again; with an Idempotency-Key this service would do that.`;
}

function unknown(result: Exclude<NotFound, { kind: 'none' }>, { definition, isKeyed }: Unanswered): string {
  const look = `look into the list of jobs for one of dataset ${definition.datasetId}, created at the time of this request, before`;
  if (result.kind === 'unreadable') {
    const unread = `${mayRun}: the list of jobs cannot be read. Later,`;
    return isKeyed
      ? `${unread} send the same request with the same Idempotency-Key: the job is looked for first.`
      : `${unread} ${look} trying again.`;
  }
  const named = result.jobIds.slice(0, 10).join(', ');
  if (named === '') {
    const untold = `${mayRun}, and the list of jobs does not tell:`;
    return isKeyed ? `${untold} ${look} starting it with a new key.` : `${untold} ${look} trying again.`;
  }
  const may = `${mayRun}: it may be one of these jobs: ${named}.`;
  return isKeyed
    ? `${may} If one of them is yours, use it; if none is, start again with a new key.`
    : `${may} Look at them before trying again.`;
}

function inTheLog(result: NotFound): string {
  if (result.kind === 'unreadable') return `the list cannot be read: ${result.fault.message}`;
  if (result.kind === 'none') return 'the list does not show it';
  const named = result.jobIds.join(', ');
  return named === '' ? 'the list does not tell' : `it may be one of these jobs: ${named}`;
}

/** Between the search and its end, an equal create has turned out to be the one that started the job. */
export function takenMeanwhile(jobId: string): CreateOutcomeUnknown {
  const detail = `${mayRun}. The job that could be it, ${jobId}, is another request's: look into the list of jobs before trying again.`;
  return new CreateOutcomeUnknown(detail);
}
