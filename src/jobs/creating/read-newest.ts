import type { Clock } from '../../observability/clock.ts';
import type { ListQuery } from '../../platform/platform-client.ts';
import type { JobsContext } from '../context.ts';
import type { Job } from '../job.ts';
import type { JobPage, PlatformJobs } from '../platform-jobs.ts';
import { type ClockDifference, measure } from './clock-difference.ts';

/** The newest jobs of a sandbox, at least those that were created since some moment. */
export interface NewestJobs {
  /** Each once, the newest first. */
  readonly jobs: readonly { readonly job: Job; readonly asOfMs: number }[];
  readonly difference: ClockDifference;
  /** Whether something is missing that may be as new: a record that cannot be read, or what stands on further pages. */
  readonly hasGaps: boolean;
}

const pageLimit = 100;
/** Two thousand jobs. Whoever has created more since then gets no answer out of the list. */
const mostPages = 20;

/**
 * Reads the list past the cache, back to what was created before `sinceMs` of our wall clock.
 *
 * @param known what earlier answers have said of Platform's clock
 */
export async function readNewest(
  { platform, clock }: { readonly platform: Pick<PlatformJobs, 'list'>; readonly clock: Clock },
  sinceMs: number,
  known: ClockDifference,
  context: JobsContext,
): Promise<NewestJobs> {
  const jobs = new Map<string, { job: Job; asOfMs: number }>();
  let difference = known;
  let hasUnreadable = false;
  let query: ListQuery | null = { limit: pageLimit };
  for (let pages = 0; query !== null; pages += 1) {
    if (pages === mostPages) return { jobs: [...jobs.values()], difference, hasGaps: true };
    const page: Awaited<ReturnType<PlatformJobs['list']>> = await platform.list(query, context);
    const { asOfMs, dateMs } = page;
    const endedAtMs = clock.wallNow();
    const beganAtMs = endedAtMs - (clock.now() - asOfMs);
    difference = measure(difference, { dateMs, beganAtMs, endedAtMs });
    for (const job of page.jobs) if (!jobs.has(job.id)) jobs.set(job.id, { job, asOfMs });
    const earliestMs = sinceMs + difference.leastMs;
    hasUnreadable ||= mayBeNewer(page, earliestMs);
    const last = page.jobs.findLast(({ createdAt }) => createdAt !== undefined);
    query = last !== undefined && isOlder(last, earliestMs) ? null : page.next;
  }
  return { jobs: [...jobs.values()], difference, hasGaps: hasUnreadable };
}

/** Whether a record that cannot be read stands before the first one that is older: the list is newest first. */
function mayBeNewer({ jobs, unreadable }: JobPage, earliestMs: number): boolean {
  const readableBefore = jobs.findIndex((job) => isOlder(job, earliestMs));
  if (readableBefore === -1) return unreadable.length > 0;
  return unreadable.some((pointer, count) => {
    const at = Number(/^\/records\/(\d+)/.exec(pointer)?.[1] ?? 0);
    return at - count <= readableBefore;
  });
}

/**
 * Whether it was certainly created before a moment of Platform's clock; its time may be one that was cut off to its second.
 */
export function isOlder({ createdAt }: Job, earliestMs: number): boolean {
  return createdAt !== undefined && Date.parse(createdAt) + 999 < earliestMs;
}
