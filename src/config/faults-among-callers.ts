import { toJsonPath } from './json-path.ts';
import type { SettingFault } from './settings-error.ts';
import { isGroup, valueAt } from './values.ts';

/**
 * What the callers of a file need of each other, and of the sandboxes. They are read as they came, so that these faults
 * are told beside those of a single caller.
 */
export function faultsAmongCallers(raw: unknown, sandboxes: readonly string[] | undefined): SettingFault[] {
  const listed = valueAt(raw, 'callers');
  if (!Array.isArray(listed)) return [];
  const entries: unknown[] = listed;
  const faults: SettingFault[] = [];
  const owners = new Map<string, string>();

  /** @param scope names and hashes of different kinds may be the same */
  function claim(scope: string, text: unknown, place: string, owner: string): void {
    if (typeof text !== 'string') return;
    const claimed = `${scope} ${scope === 'name' ? text : text.toLowerCase()}`;
    const first = owners.get(claimed);
    if (first === undefined) owners.set(claimed, owner);
    else if (first === owner) faults.push({ path: place, detail: 'is there twice' });
    else faults.push({ path: place, detail: `is already that of ${first}` });
  }

  entries.forEach((entry, at) => {
    if (!isGroup(entry)) return;
    const owner = toJsonPath(['callers', at]);
    const itemsOf = (property: string): unknown[] => {
      const items = entry[property];
      return Array.isArray(items) ? items : [];
    };
    claim('name', entry.name, `${owner}.name`, owner);
    for (const kind of ['keys', 'certificates']) {
      itemsOf(kind).forEach((hash, nth) => {
        claim(kind, hash, toJsonPath(['callers', at, kind, nth]), owner);
      });
    }
    if (isEmpty(entry.keys) && isEmpty(entry.certificates)) {
      faults.push({ path: owner, detail: 'needs at least one of keys or certificates' });
    }
    itemsOf('sandboxes').forEach((sandbox, nth) => {
      if (sandboxes === undefined || typeof sandbox !== 'string' || sandboxes.includes(sandbox)) return;
      const path = toJsonPath(['callers', at, 'sandboxes', nth]);
      faults.push({ path, detail: 'must be one of ADOBE_SANDBOXES' });
    });
  });
  return faults;
}

const isEmpty = (items: unknown) => items === undefined || (Array.isArray(items) && items.length === 0);
