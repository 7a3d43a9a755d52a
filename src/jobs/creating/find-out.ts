import type { Clock } from '../../observability/clock.ts';
import type { Fault } from '../../problems/fault.ts';
import type { JobsContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import { CreateNotConfirmed, CreateOutcomeUnknown } from '../errors.ts';
import type { Job } from '../job.ts';
import type { CreateClaim } from './create-claim.ts';
import type { SearchList, SearchResult } from './search-list.ts';

export interface FindOutOptions {
  readonly searchList: SearchList;
  /** How long after it was sent a create may still be carried out. */
  readonly lateMs: number;
  readonly clock: Clock;
}

/** A job, and when by our own clock the call began that showed it. */
export interface FoundJob {
  readonly job: Job;
  readonly asOfMs: number;
}

interface Unanswered {
  readonly settlingMs: number;
  /** Why there was no answer, where the create was sent just now. */
  readonly cause?: Fault;
}

/**
 * Finds out what came of a create that got no answer.
 *
 * @returns nothing where it was not carried out and never will be: then it may be sent again
 * @throws CreateNotConfirmed, CreateOutcomeUnknown
 */
export type FindOut = (
  definition: Definition,
  claim: Pick<CreateClaim, 'id' | 'isKeyed' | 'unresolved'>,
  context: JobsContext,
  unanswered: Unanswered,
) => Promise<FoundJob | undefined>;

export function createFindOut({ searchList, lateMs, clock }: FindOutOptions): FindOut {
  return async (definition, claim, context, { settlingMs, cause }) => {
    const { id: claimId, isKeyed, unresolved = { sentAtMs: clock.wallNow() } } = claim;
    const { sentAtMs, sentAtNowMs } = unresolved;
    const search = { definition, ...unresolved, claimId, settlingMs };
    const result = await searchList(search, context);
    const details = {
      ...(cause && { internal: `${cause.message}; ${inTheLog(result)}`, cause }),
      ...(cause?.details.upstream && { upstream: cause.details.upstream }),
    };
    if (result.kind === 'found') return result;
    if (result.kind === 'none') {
      const sinceMs = sentAtNowMs === undefined ? clock.wallNow() - sentAtMs : clock.now() - sentAtNowMs;
      const lateForMs = lateMs - sinceMs;
      if (lateForMs <= 0 && cause === undefined) return undefined;
      throw new CreateNotConfirmed(notConfirmed(isKeyed), {
        ...details,
        retryAfterMs: Math.max(1_000, lateForMs),
        permanent: !isKeyed,
      });
    }
    throw new CreateOutcomeUnknown(unknown(result, definition), {
      ...details,
      // The list may be readable later; several jobs stay several.
      ...(result.kind === 'unreadable' && { retryAfterMs: result.fault.details.retryAfterMs ?? listAgainMs }),
    });
  };
}

/** When to ask for a list again that could not be read. */
const listAgainMs = 10_000;

const mayRun = 'The export may have been started all the same';

function notConfirmed(isKeyed: boolean): string {
  const seen = `${mayRun}: Platform gave no usable answer, and its list does not show the job so far.`;
  return isKeyed
    ? `${seen} Send the same request with the same Idempotency-Key after what Retry-After says: the job is looked for first.`
    : `${seen} Look into the list of jobs before trying again; with an Idempotency-Key this service would do that.`;
}

function unknown(
  result: SearchResult & { kind: 'unclear' | 'unreadable' },
  { datasetId }: Definition,
): string {
  const look = `look into the list of jobs for one of dataset ${datasetId}, created at the time of this request, before trying again.`;
  if (result.kind === 'unreadable') return `${mayRun}: the list of jobs cannot be read. Later, ${look}`;
  const named = result.jobIds.slice(0, 10).join(', ');
  return named === ''
    ? `${mayRun}, and the list of jobs does not tell: ${look}`
    : `${mayRun}: it may be one of these jobs: ${named}. Look at them before trying again.`;
}

function inTheLog(result: SearchResult): string {
  if (result.kind === 'unreadable') return `the list cannot be read: ${result.fault.message}`;
  if (result.kind === 'unclear') return `several jobs may be it: ${result.jobIds.join(', ')}`;
  return 'the list does not show it';
}

/** Between the search and its end, an equal create has turned out to be the one that started the job. */
export function isTaken(jobId: string): CreateOutcomeUnknown {
  const detail = `${mayRun}. The job that could be it, ${jobId}, is another request's: look into the list of jobs before trying again.`;
  return new CreateOutcomeUnknown(detail);
}
