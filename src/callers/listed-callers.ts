import type { Clock } from '../observability/clock.ts';
import type { Log } from '../observability/log.ts';
import { type Caller, sharedCacheScope } from './caller.ts';
import type { CallerList, ListedCaller } from './caller-list.ts';

/** A key that has leaked works for so long after it was taken out of the list. */
const rereadMs = 2_000;

/** So that a line of the log stays one that can be read. */
const mostTold = 20;

export type ListRead =
  | { readonly callers: readonly ListedCaller[] }
  | { readonly faults: readonly { readonly path: string; readonly detail: string }[] };

export interface ListedCallersOptions {
  readonly initial: readonly ListedCaller[];
  /** The list as it is now; nothing where it has not changed since it was read last. */
  readonly readChange: () => ListRead | undefined;
  readonly log: Log;
  readonly clock: Clock;
}

/** The listed callers, read again every few seconds until `close`. */
export interface ListedCallers extends CallerList {
  close(): void;
}

/** What of a list is looked up. It is replaced as a whole, so no request meets half of a change. */
interface Index {
  readonly byName: ReadonlyMap<string, { readonly caller: Caller; readonly listed: string }>;
  readonly byKey: ReadonlyMap<string, Caller>;
  readonly byCertificate: ReadonlyMap<string, Caller>;
}

/**
 * A list that cannot be used changes nothing: the last good one stays, and the log says so, once.
 *
 * A hash is looked up in a map, which takes a time that depends on the hash. That tells nothing: who does not know a key
 * cannot choose the hash of what it sends, and a part of a hash leads to no key of 256 random bits. V8 also scatters a map
 * by a number that it draws at start.
 */
export function createListedCallers({
  initial,
  readChange,
  log,
  clock,
}: ListedCallersOptions): ListedCallers {
  const isCurrent = (caller: Caller, name: string) => index.byName.get(name)?.caller === caller;
  let index = toIndex(initial, undefined, isCurrent);
  let cancel = clock.after(rereadMs, reread, { keepsProcessAlive: false });

  function reread(): void {
    cancel = clock.after(rereadMs, reread, { keepsProcessAlive: false });
    const found = readChange();
    if (found === undefined) return;
    if ('faults' in found) {
      const faults = found.faults.slice(0, mostTold).map(({ path, detail }) => `${path} ${detail}`.trim());
      log.warn(
        { faults, faultCount: found.faults.length },
        'CALLERS_FILE cannot be used; the last good list stays',
      );
      return;
    }
    const earlier = index;
    index = toIndex(found.callers, earlier, isCurrent);
    log.info(difference(earlier, index), 'CALLERS_FILE has changed and is in use');
  }

  return {
    byKey: (sha256) => index.byKey.get(sha256),
    byCertificate: (sha256) => index.byCertificate.get(sha256),
    close: () => cancel(),
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

function difference(earlier: Index, later: Index) {
  const added = [...later.byName.keys()].filter((name) => !earlier.byName.has(name));
  const removed = [...earlier.byName.keys()].filter((name) => !later.byName.has(name));
  const changed = [...later.byName].filter(([name, { caller }]) => {
    const before = earlier.byName.get(name);
    return before !== undefined && before.caller !== caller;
  });
  return {
    added: told(added),
    removed: told(removed),
    changed: told(changed.map(([name]) => name)),
  };
}

function told(names: readonly string[]): string[] {
  const more = names.length - mostTold;
  return more > 0 ? [...names.slice(0, mostTold), `and ${more} more`] : [...names];
}
