import { type Permission, permissions } from '../../src/callers/caller.ts';
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

/** Writes callers with certificates as a file for CALLERS_FILE, and answers with its path. */
export function writeCallers(folder: Folder, entries: readonly Entry[]): string {
  const callers = entries.map(({ certificates, permissions: allowed = permissions, ...entry }) => ({
    ...entry,
    permissions: allowed,
    certificates: certificates.map((sha256) => `sha256:${sha256}`),
  }));
  return folder.write('callers.json', JSON.stringify({ callers }));
}
