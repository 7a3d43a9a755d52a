import { beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../../emulator/movable-clock.ts';
import { createBoundedCache } from '../../../../src/cache/bounded-cache.ts';
import type { CachedJob, CachedPage } from '../../../../src/jobs/cache/cached.ts';
import { toRepresentation } from '../../../../src/jobs/cache/cached.ts';
import {
  createListCache,
  type ListCache,
  listName,
  type PageRead,
  sizeOfPage,
} from '../../../../src/jobs/cache/list-cache.ts';

const scope = { sandbox: 'prod', permission: 'all' };

function jobOf(id: string): CachedJob {
  const representation = toRepresentation(JSON.stringify({ id }));
  const state = { id, status: 'NEW', done: false, start: undefined, progress: undefined, representation };
  return { state, tag: representation.tag, earlier: [], asOfMs: 0, freshUntilMs: 0, order: 1 };
}

describe('the cache of lists', () => {
  let clock: MovableClock;
  let cache: ListCache;
  beforeEach(() => {
    clock = createMovableClock(0);
    const entries = createBoundedCache<CachedPage>({ maxEntries: 100, clock });
    cache = createListCache({ entries, freshForMs: 1_000, staleIfErrorMs: 10_000 });
  });

  const jobs = ['1', '2'].map(jobOf);
  const next = { limit: 25, offset: '"' };
  const read = (fields: Partial<PageRead> = {}): PageRead => ({
    jobs,
    next,
    unreadable: 0,
    asOfMs: clock.now(),
    order: 1,
    ...fields,
  });
  const name = listName({ limit: 25 });
  const tagOf = (fields: Partial<PageRead>) => cache.set(scope, name, read(fields)).tag;

  it('keeps the jobs of a page in their order, and the query of the next page', () => {
    cache.set(scope, name, read());
    const page = cache.find(scope, name);
    expect(page?.jobs.map(({ json }) => json)).toEqual(['{"id":"1"}', '{"id":"2"}']);
    expect([page?.next, page?.unreadable, page?.freshUntilMs]).toEqual([next, 0, 1_000]);
  });

  it('has one name for equal queries, and different names for different ones', () => {
    expect(listName({ offset: 'a', limit: 25, status: undefined })).toBe(
      listName({ limit: 25, offset: 'a' }),
    );
    const names = [
      { limit: 25 },
      { limit: 24 },
      { limit: 25, offset: 'NEW' },
      { limit: 25, status: 'NEW' },
      { limit: 25, offset: 'a","b' },
    ].map(listName);
    expect(new Set(names).size).toBe(names.length);
  });

  it('gives the same page the same tag, and another one for any difference', () => {
    const tags = [
      { jobs },
      { next: null },
      { jobs: jobs.slice(1) },
      { jobs: jobs.toReversed() },
      { jobs: [...jobs, jobOf('3')] },
      { jobs: [] },
      { unreadable: 1 },
    ].map(tagOf);
    expect(tagOf({ jobs: [...jobs] })).toBe(tags[0]);
    expect(new Set(tags).size).toBe(tags.length);
    for (const tag of tags) expect(tag).toMatch(/^[\w-]{27}$/);
  });

  it('ignores a read that began earlier and arrives later', () => {
    cache.set(scope, name, read({ order: 2 }));
    expect(cache.set(scope, name, read({ jobs: [], order: 1 })).jobs).toHaveLength(2);
  });

  it('keeps a page for as long as it may be served after an error, unless it is invalidated', () => {
    cache.set(scope, name, read());
    clock.advance(10_999);
    expect(cache.find(scope, name)).toBeDefined();
    clock.advance(1);
    expect(cache.find(scope, name)).toBeUndefined();
    cache.set(scope, name, read());
    cache.invalidate(scope, name);
    expect(cache.find(scope, name)).toBeUndefined();
  });

  it('measures a page by its jobs together', () => {
    const [two, none] = [read(), read({ jobs: [], order: 2 })].map((page) => cache.set(scope, name, page));
    if (two === undefined || none === undefined) throw new Error('Both were set.');
    expect(sizeOfPage(two, name) - sizeOfPage(none, name)).toBe(20);
  });
});
