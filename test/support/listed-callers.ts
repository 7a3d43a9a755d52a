import { type Permission, permissions, sharedCacheScope } from '../../src/callers/caller.ts';
import type { CallerList } from '../../src/callers/caller-list.ts';
import type { Folder } from './folder.ts';

export interface Entry {
  readonly name: string;
  /** The SHA-256 of each, in hex. */
  readonly certificates: readonly string[];
  readonly permissions?: readonly Permission[];
  readonly sandboxes?: readonly string[];
  /** A time of RFC 3339. */
  readonly expires?: string;
}

/** Callers with certificates: as a file for CALLERS_FILE, and as the list that it stands for. */
export function listCallers(folder: Folder, entries: readonly Entry[]): { path: string; list: CallerList } {
  const callers = entries.map(({ certificates, permissions: allowed = permissions, ...entry }) => ({
    ...entry,
    permissions: allowed,
    certificates: certificates.map((sha256) => `sha256:${sha256}`),
  }));
  return {
    path: folder.write('callers.json', JSON.stringify({ callers })),
    list: {
      byKey: () => undefined,
      byCertificate(sha256) {
        const entry = entries.find(({ certificates }) => certificates.includes(sha256));
        return (
          entry && {
            id: `listed:${entry.name}`,
            name: entry.name,
            permissions: new Set(entry.permissions ?? permissions),
            sandboxes: entry.sandboxes ?? ['prod'],
            cacheScope: sharedCacheScope,
            expiresAtMs: entry.expires === undefined ? undefined : Date.parse(entry.expires),
          }
        );
      },
    },
  };
}
