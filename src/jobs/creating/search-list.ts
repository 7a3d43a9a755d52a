import type { Claims } from '../../claims/claims.ts';
import type { Clock } from '../../observability/clock.ts';
import { Fault } from '../../problems/fault.ts';
import type { JobsContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import { fingerprintOf } from '../definition/fingerprint-of.ts';
import type { Job } from '../job.ts';
import type { PlatformJobs } from '../platform-jobs.ts';
import { unmeasured } from './clock-difference.ts';
import { findPossible, type SentCreate } from './possible-jobs.ts';
import { readNewest } from './read-newest.ts';

/** The create whose outcome is looked for. */
export interface Search {
  readonly definition: Definition;
  /** When it was last sent, by the wall clock of then. */
  readonly sentAtMs: number;
  /** The same by `Clock.now()`, where this process has sent it: then it does not matter that the machine's time is set. */
  readonly sentAtNowMs?: number;
  /** Its own claim, which is no other claim. */
  readonly claimId: string;
  /** For how long to look again and again while nothing is seen; 0 to look once. */
  readonly settlingMs: number;
}

export type SearchResult =
  /** Exactly one job can be it. */
  | { readonly kind: 'found'; readonly job: Job; readonly asOfMs: number }
  /** The list was read as far back as the create, and shows none. */
  | { readonly kind: 'none' }
  /** Several can be it, or it cannot be told whether one is. */
  | { readonly kind: 'unclear'; readonly jobIds: readonly string[] }
  /** The list cannot be read. */
  | { readonly kind: 'unreadable'; readonly fault: Fault };

/** Searches the list of jobs for the one of a create that was sent and got no answer. */
export type SearchList = (search: Search, context: JobsContext) => Promise<SearchResult>;

export interface SearchListParts {
  readonly platform: Pick<PlatformJobs, 'list'>;
  readonly claims: Pick<Claims, 'find'>;
  readonly clock: Clock;
  /** For how long after it was sent Platform may still carry a create out. */
  readonly lateMs: number;
}

const firstIntervalMs = 250;
/** For one page, its retries included: the caller has waited for the create itself already. */
const longestLookMs = 10_000;
/** Each time the newest ones, which are those that can own a new job. */
const mostClaims = 1000;
/** So far the machine's time may have been set back since another process has sent the create: all time zones. */
const setBackMs = 14 * 60 * 60 * 1000;

/** What it assumes of Platform stands in docs/decisions/0023-creates-are-found-out.md. */
export function createSearchList({ platform, claims, clock, lateMs }: SearchListParts): SearchList {
  /** A process that stops does not wait for it: what is not found out by then is taken up after the next start. */
  const sleep = (delayMs: number) =>
    new Promise<void>((resolve) => clock.after(delayMs, resolve, { keepsProcessAlive: false }));

  async function findClaims(create: SentCreate, { sandbox }: JobsContext) {
    // One that was sent before may have been carried out after this one.
    const since = { sandbox, sentSinceMs: create.sentAtMs - lateMs };
    const fingerprint = fingerprintOf(create.definition);
    const [equal, newest] = await Promise.all([
      claims.find({ ...since, fingerprint }, mostClaims),
      claims.find(since, mostClaims),
    ]);
    return [...equal, ...newest];
  }

  return async (search, { sandbox, permission, requestId, observe }) => {
    // Neither the caller's deadline nor its signal: a create is found out for one that has gone, too.
    const waitAtMostMs = longestLookMs;
    const context = { sandbox, permission, requestId, waitAtMostMs, ...(observe && { observe }) };
    const endsAtMs = clock.now() + search.settlingMs;
    let difference = unmeasured;

    async function look(sentAtMs: number): Promise<SearchResult> {
      const create = { ...search, sentAtMs };
      const newest = await readNewest({ platform, clock }, sentAtMs, difference, context);
      difference = newest.difference;
      // After the list: who had a job by then has settled, or is still under way.
      const { jobs, doubtful } = findPossible(create, newest, await findClaims(create, context));
      const [only] = jobs;
      if (doubtful.length === 0 && !newest.hasGaps) {
        if (only === undefined) return { kind: 'none' };
        if (jobs.length === 1 && difference.isMeasured) return { kind: 'found', ...only };
      }
      return { kind: 'unclear', jobIds: [...new Set([...jobs.map(({ job }) => job.id), ...doubtful])] };
    }

    /** Where the machine's time was set back since, the create's own job looks older than the create. */
    async function lookBack(): Promise<SearchResult> {
      const result = await look(search.sentAtMs - setBackMs);
      return result.kind === 'found' ? { kind: 'unclear', jobIds: [result.job.id] } : result;
    }

    for (let intervalMs = firstIntervalMs; ; intervalMs *= 2) {
      const result = await look(earliestSending(search, clock)).catch(toUnreadable);
      const isLast = clock.now() >= endsAtMs;
      if (result.kind === 'none' && isLast && search.sentAtNowMs === undefined)
        return lookBack().catch(toUnreadable);
      if (result.kind === 'found' || isLast) return result;
      const leftMs = endsAtMs - clock.now();
      if (leftMs > 0) await sleep(Math.min(intervalMs, leftMs));
    }
  };
}

/** By the wall clock of now: one that was set leads astray, and the other one stands still while the machine is suspended. */
function earliestSending({ sentAtMs, sentAtNowMs }: Search, clock: Clock): number {
  if (sentAtNowMs === undefined) return sentAtMs;
  return Math.min(sentAtMs, clock.wallNow() - (clock.now() - sentAtNowMs));
}

function toUnreadable(error: unknown): SearchResult {
  if (error instanceof Fault) return { kind: 'unreadable', fault: error };
  throw error;
}
