/** What a caller may do with jobs: read them (lists, streams and waits too), start them, cancel them. */
export const permissions = ['jobs:read', 'jobs:create', 'jobs:cancel'] as const;

export type Permission = (typeof permissions)[number];

export const isPermission = (word: string): word is Permission =>
  permissions.some((permission) => permission === word);

/** Who sends a request, once that is certain, and what it may do. */
export interface Caller {
  /** Tells this caller from all others, for limits and for what is bound to it. Holds no secret. */
  readonly id: string;
  /** True for who is not authenticated: then `id` is only an address, and several callers may have it. */
  readonly isAnonymous?: boolean | undefined;
  /** As the operator knows it; in the log. Nothing for who is not authenticated. */
  readonly name: string | undefined;
  /**
   * By which the operator's export policies know it: no caller can choose another's. Nothing for who is not
   * authenticated.
   */
  readonly policyName: string | undefined;
  readonly permissions: ReadonlySet<Permission>;
  /** Where it may work; the first one is used where it names none. */
  readonly sandboxes: readonly string[];
  /** What it may see, in one word: callers with the same word share cached answers of a sandbox. */
  readonly cacheScope: string;
  /** When its credential ends, by the wall clock; nothing for one that does not end. */
  readonly expiresAtMs?: number | undefined;
  /** Instead of the limits in the settings. */
  readonly readsPerMinute?: number | undefined;
  readonly writesPerMinute?: number | undefined;
  /**
   * Whether the operator's list still says all this of the caller; always, where it stands in none. For what runs on
   * after the request was let in, such as a stream.
   */
  readonly isCurrent?: (() => boolean) | undefined;
}

/** Whoever may read jobs sees the same as everybody else who may read in that sandbox. */
export const sharedCacheScope = 'everybody';

/** How `Caller.policyName` begins for who is known by a token. No name in the operator's list has a colon. */
export const policyPrefixes = { subject: 'jwt:', client: 'jwt-client:' } as const;
