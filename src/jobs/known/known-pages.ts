import type { BoundedCache } from '../../cache/bounded-cache.ts';
import type { ListQuery } from '../../platform/platform-client.ts';
import { keyOf, type View } from '../asker.ts';
import type { KnownJob, KnownPage, Reading } from './job-state.ts';
import { PageRepresentation } from './representation.ts';

/** The pages of lists that were read lately. */
export interface KnownPages {
  find(view: View, what: string): KnownPage | undefined;
  note(view: View, what: string, page: SeenPage): KnownPage;
  disown(view: View, what: string): void;
}

interface SeenPage extends Pick<Reading, 'asOfMs' | 'order'> {
  readonly jobs: readonly KnownJob[];
  readonly next: string | null;
  /** How many records could not be read. */
  readonly unreadable: number;
}

interface KnownPagesOptions {
  readonly memory: BoundedCache<KnownPage>;
  /** How long a page needs no question. */
  readonly breathMs: number;
  /** For how long after that it may stand in. */
  readonly staleMs: number;
}

export function createKnownPages({ memory, breathMs, staleMs }: KnownPagesOptions): KnownPages {
  return {
    find: (view, what) => memory.get(keyOf(view, what)),
    disown: (view, what) => memory.delete(keyOf(view, what)),
    note(view, what, { jobs, next, unreadable, asOfMs, order }) {
      const key = keyOf(view, what);
      const known = memory.get(key);
      if (known !== undefined && known.order > order) return known;
      const representation = new PageRepresentation(
        jobs.map(({ representation: one }) => one),
        next,
        unreadable,
      );
      const page = { representation, next, asOfMs, freshUntilMs: asOfMs + breathMs, order };
      memory.set(key, page, breathMs + staleMs);
      return page;
    },
  };
}

/** The canonical query: the same for the same question, however it was asked. */
export function toQueryString({ limit, offset, status }: ListQuery): string {
  return new URLSearchParams({
    limit: String(limit),
    ...(offset !== undefined && { offset }),
    ...(status !== undefined && { status }),
  }).toString();
}

/** About how many bytes of memory it takes. */
export function sizeOfPage({ representation }: KnownPage, key: string): number {
  return representation.size + key.length + 1_000;
}
