import { type Difference, tellDifference } from '../observability/tell-difference.ts';
import { type Caller, sharedCacheScope } from './caller.ts';
import type { CallerList, ListedCaller } from './caller-list.ts';

/** The listed callers; the list is replaced when its file changes. */
export interface ListedCallers extends CallerList {
  replace(listed: readonly ListedCaller[]): Difference;
}

/** What of a list is looked up. It is replaced as a whole, so no request meets half of a change. */
interface Index {
  readonly byName: ReadonlyMap<string, { readonly caller: Caller; readonly listed: string }>;
  readonly byKey: ReadonlyMap<string, Caller>;
  readonly byCertificate: ReadonlyMap<string, Caller>;
}

/**
 * A hash is looked up in a map, which takes a time that depends on the hash. That tells nothing: who does not know a key
 * cannot choose the hash of what it sends, and a part of a hash leads to no key of 256 random bits. V8 also scatters a map
 * by a number that it draws at start.
 */
export function createListedCallers(initial: readonly ListedCaller[]): ListedCallers {
  const isCurrent = (caller: Caller, name: string) => index.byName.get(name)?.caller === caller;
  let index = toIndex(initial, undefined, isCurrent);
  return {
    byKey: (sha256) => index.byKey.get(sha256),
    byCertificate: (sha256) => index.byCertificate.get(sha256),
    replace(listed) {
      const earlier = index;
      index = toIndex(listed, earlier, isCurrent);
      return tellDifference(earlier.byName, index.byName, (one, other) => one.caller === other.caller);
    },
  };
}

function toIndex(
  listed: readonly ListedCaller[],
  earlier: Index | undefined,
  isCurrent: (caller: Caller, name: string) => boolean,
): Index {
  const byName = new Map<string, { caller: Caller; listed: string }>();
  const byKey = new Map<string, Caller>();
  const byCertificate = new Map<string, Caller>();
  for (const one of listed) {
    const text = JSON.stringify(one);
    const before = earlier?.byName.get(one.name);
    // The same object as before, because what runs on for a caller asks whether it is still the current one.
    const caller = before?.listed === text ? before.caller : toCaller(one, isCurrent);
    byName.set(one.name, { caller, listed: text });
    for (const sha256 of one.keys) byKey.set(sha256, caller);
    for (const sha256 of one.certificates) byCertificate.set(sha256, caller);
  }
  return { byName, byKey, byCertificate };
}

function toCaller(listed: ListedCaller, isCurrent: (caller: Caller, name: string) => boolean): Caller {
  const { name, permissions, sandboxes, expiresAtMs, readsPerMinute, writesPerMinute } = listed;
  const caller: Caller = {
    id: `listed:${name}`,
    name,
    policyName: name,
    permissions: new Set(permissions),
    sandboxes,
    cacheScope: sharedCacheScope,
    expiresAtMs,
    readsPerMinute,
    writesPerMinute,
    isCurrent: () => isCurrent(caller, name),
  };
  return caller;
}
