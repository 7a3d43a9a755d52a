import type { BoundedCache } from '../../cache/bounded-cache.ts';
import type { ListQuery } from '../../platform/platform-client.ts';
import { keyOf, type Scope } from '../context.ts';
import type { CachedJob, CachedPage } from './cached.ts';
import { tagOf } from './cached.ts';

/** The pages of lists that were read lately. */
export interface ListCache {
  /** The entry, fresh or not. `name` is from `listName`. */
  find(scope: Scope, name: string): CachedPage | undefined;
  /** Keeps a page as Platform gave it, and answers with the newest entry. */
  set(scope: Scope, name: string, read: PageRead): CachedPage;
  invalidate(scope: Scope, name: string): void;
}

export interface PageRead {
  readonly jobs: readonly CachedJob[];
  readonly next: ListQuery | null;
  readonly unreadable: number;
  readonly asOfMs: number;
  readonly order: number;
}

export interface ListCacheOptions {
  readonly entries: BoundedCache<CachedPage>;
  /** How long a page is fresh. */
  readonly freshForMs: number;
  /** For how long after that it is served if Platform fails. */
  readonly staleIfErrorMs: number;
}

export function createListCache({ entries, freshForMs, staleIfErrorMs }: ListCacheOptions): ListCache {
  return {
    find: (scope, name) => entries.get(keyOf(scope, name)),
    invalidate: (scope, name) => entries.delete(keyOf(scope, name)),
    set(scope, name, { jobs, next, unreadable, asOfMs, order }) {
      const key = keyOf(scope, name);
      const previous = entries.get(key);
      if (previous !== undefined && previous.order > order) return previous;
      const page: CachedPage = {
        // The jobs' own texts, which most often are in the job cache as well; a text of the page would double them.
        jobs: jobs.map(({ state }) => state.representation),
        next,
        unreadable,
        // Made from the jobs' tags, which is much less to hash than their texts.
        tag: tagOf(JSON.stringify([jobs.map(({ tag }) => tag), next, unreadable])),
        asOfMs,
        freshUntilMs: asOfMs + freshForMs,
        order,
      };
      entries.set(key, page, freshForMs + staleIfErrorMs);
      return page;
    },
  };
}

/** The canonical query: the same for equal queries, however they were written. */
export function listName({ limit, offset, status }: ListQuery): string {
  return `?${JSON.stringify([limit, offset, status])}`;
}

/** About how many bytes of memory an entry takes, as if its jobs were cached nowhere else. */
export function sizeOfPage({ jobs }: CachedPage, key: string): number {
  return jobs.reduce((sum, { size }) => sum + size, key.length + 1_000);
}
