import { z } from 'zod';
import { durationMs, group, wholeNumber } from './values.ts';

const count = wholeNumber(1, 1_000_000);
const bytes = wholeNumber(1_000, 10_000_000_000);

/** What is cached of jobs, and how those who watch them are served. */
export const cacheAndWatchingShape = {
  cache: z.strictObject(
    {
      /** How long a list, and a job that is not done, is fresh; 0 for not at all. */
      freshForMs: wholeNumber(0, 600_000),
      /** How long a job that is done is fresh: it does not change any more. 0 to cache no jobs at all. */
      finalFreshForMs: wholeNumber(0, 7 * 24 * 60 * 60 * 1000),
      /** For how long after that a cached answer is served while Platform or IMS fails. */
      staleIfErrorMs: wholeNumber(0, 24 * 60 * 60 * 1000),
      mostJobs: count,
      mostJobBytes: bytes,
      mostPages: count,
      mostPageBytes: bytes,
      /** How many calls to Platform a minute `no-cache` requests may add, for each sandbox. */
      noCachePerMinute: wholeNumber(0, 100_000),
    },
    group,
  ),
  watching: z.strictObject(
    {
      /** The shortest and the longest time between two reads of a watched job. */
      quickestMs: durationMs,
      slowestMs: durationMs,
    },
    group,
  ),
  streams: z.strictObject(
    {
      /** How many event streams and waiting requests there may be. */
      most: count,
      mostForEachCaller: count,
      /** The longest silence on a stream. */
      heartbeatMs: durationMs,
      /** How long a caller waits before it comes back after a broken stream. */
      reconnectMs: durationMs,
    },
    group,
  ),
};
