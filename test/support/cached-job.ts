import { type CachedJob, toRepresentation } from '../../src/jobs/cache/cached.ts';

/** A job that runs, as the cache has it. */
export function toCachedJob(id: string): CachedJob {
  const representation = toRepresentation(JSON.stringify({ id, status: 'NEW', done: false }));
  const state = { id, status: 'NEW', done: false, start: undefined, progress: undefined, representation };
  return { state, earlier: [], asOfMs: 0, freshUntilMs: 0, order: 1, tag: representation.tag };
}
