import type { Claims } from '../../claims/claims.ts';
import type { Clock } from '../../observability/clock.ts';
import { Fault } from '../../problems/fault.ts';
import type { JobsContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import { fingerprintOf } from '../definition/fingerprint-of.ts';
import type { Job } from '../job.ts';
import type { PlatformJobs } from '../platform-jobs.ts';
import { unmeasured, waitToTell } from './clock-difference.ts';
import { findPossible, type SentCreate } from './possible-jobs.ts';
import { readNewest } from './read-newest.ts';

/** The create whose outcome is looked for. */
export interface Search {
  readonly definition: Definition;
  /** When it was first sent, by the wall clock. */
  readonly sentAtMs: number;
  /** The same by `Clock.now()`, where this process has sent it: then a change of the machine's time does not matter. */
  readonly sentAtNowMs?: number;
  /** When it was last sent, by the wall clock, where that is known: what was created long after that is not it. */
  readonly lastSentAtMs?: number;
  /** Its own claim, which is no other claim. */
  readonly claimId: string;
  /** For how long to look again and again while nothing is seen; 0 to look once, and a second time to tell clocks apart. */
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

/** Finds out what came of a create that was sent and got no answer. */
export type Reconcile = (search: Search, context: JobsContext) => Promise<SearchResult>;

export interface ReconcileParts {
  readonly platform: Pick<PlatformJobs, 'list'>;
  readonly claims: Pick<Claims, 'find'>;
  readonly clock: Clock;
  /** For how long after it was sent Platform may still carry a create out. */
  readonly lateMs: number;
}

const firstIntervalMs = 250;
/** Each time the newest ones, which are those that can own a new job. */
const mostClaims = 1000;

/** What it assumes of Platform stands in docs/decisions/0023-creates-are-found-out.md. */
export function createReconcile({ platform, claims, clock, lateMs }: ReconcileParts): Reconcile {
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
    const context = { sandbox, permission, requestId, ...(observe && { observe }) };
    const endsAtMs = clock.now() + search.settlingMs;
    const toldApart = new Set<string>();
    let difference = unmeasured;

    async function look(): Promise<SearchResult> {
      const create = toSentCreate(search, clock, lateMs);
      const newest = await readNewest({ platform, clock }, create.sentAtMs, difference, context);
      difference = newest.difference;
      // After the list: who had a job by then has settled, or is still under way.
      const { jobs, doubtful } = findPossible(create, newest, await findClaims(create, context));
      const [only] = jobs;
      const jobIds = [...new Set([...jobs.map(({ job }) => job.id), ...doubtful])];
      if (jobs.length > 1 || doubtful.length > 0 || newest.hasGaps) return { kind: 'unclear', jobIds };
      if (only === undefined) return { kind: 'none' };
      if (only.isSurelyLater) return { kind: 'found', job: only.job, asOfMs: only.asOfMs };
      if (!difference.isMeasured) return { kind: 'unclear', jobIds };
      // Told apart once more, it is its create's, or closer to it than clocks over a network can tell.
      if (toldApart.has(only.job.id)) return { kind: 'found', job: only.job, asOfMs: only.asOfMs };
      toldApart.add(only.job.id);
      const waitMs = waitToTell(only.aheadMs, clock.wallNow(), newest.callTookMs);
      if (waitMs > 0) await sleep(waitMs);
      return look();
    }

    for (let intervalMs = firstIntervalMs; ; intervalMs *= 2) {
      const isLast = clock.now() >= endsAtMs;
      const result = await look().catch(toUnreadable);
      if (result.kind === 'found' || isLast) return result;
      const leftMs = endsAtMs - clock.now();
      if (leftMs > 0) await sleep(Math.min(intervalMs, leftMs));
    }
  };
}

function toSentCreate(search: Search, clock: Clock, lateMs: number): SentCreate {
  const { definition, claimId, sentAtNowMs, lastSentAtMs } = search;
  const sentAtMs =
    sentAtNowMs === undefined ? search.sentAtMs : clock.wallNow() - (clock.now() - sentAtNowMs);
  const carriedOutUntilMs = lastSentAtMs === undefined ? undefined : lastSentAtMs + lateMs;
  return { definition, claimId, sentAtMs, carriedOutUntilMs };
}

function toUnreadable(error: unknown): SearchResult {
  if (error instanceof Fault) return { kind: 'unreadable', fault: error };
  throw error;
}
