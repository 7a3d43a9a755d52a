import type { CachedJob } from '../../jobs/cache/cached.ts';
import type { Answer, Jobs } from '../../jobs/jobs.ts';
import { isTransient } from '../../problems/fault.ts';
import type { JobsRequest } from '../jobs-request.ts';

/** The job that somebody wants to watch, or what keeps it from being read for a while. */
export interface WatchedReading {
  readonly found?: Answer<CachedJob>;
  readonly error?: unknown;
}

/**
 * Reads a job that is to be watched. A browser's EventSource would not come back after a 503, so what ends by itself is no
 * reason not to open its stream.
 *
 * @throws what does not end by itself, such as JobNotFound
 */
export async function readWatched(jobs: Jobs, id: string, asked: JobsRequest): Promise<WatchedReading> {
  try {
    // EventSource says no-cache each time, and means nothing by it. How long the caller waits for an answer
    // says nothing of a stream, and would be an error to all who watch the job.
    const { noCache: _noCache, waitAtMostMs: _waitAtMostMs, ...patient } = asked;
    return { found: await jobs.get(id, patient) };
  } catch (error) {
    if (isTransient(error)) return { error };
    throw error;
  }
}
