import { z } from 'zod';
import { durationMs, group, wholeNumber } from './values.ts';

const count = wholeNumber(1, 1_000_000);
const bytes = wholeNumber(1_000, 10_000_000_000);

/** What is kept of jobs, and how those who follow them are served. */
export const followingShape = {
  known: z.strictObject(
    {
      /** How long a list, and a job that is not done, needs no question; 0 for not at all. */
      breathMs: wholeNumber(0, 600_000),
      /** How long a job that is done is kept; 0 for nothing at all. */
      doneMs: wholeNumber(0, 7 * 24 * 60 * 60 * 1000),
      /** For how long after that it may stand in while Platform or IMS fails. */
      staleMs: wholeNumber(0, 24 * 60 * 60 * 1000),
      mostJobs: count,
      mostJobBytes: bytes,
      mostPages: count,
      mostPageBytes: bytes,
      /** How many questions a minute those who say `no-cache` may add, for each sandbox. */
      noCachePerMinute: wholeNumber(0, 100_000),
    },
    group,
  ),
  watching: z.strictObject(
    {
      /** The shortest and the longest time between two looks at a job that somebody follows. */
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
