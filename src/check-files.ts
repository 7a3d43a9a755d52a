import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Settings } from './config/settings.ts';
import { type SettingFault, SettingsError } from './config/settings-error.ts';
import { readTlsFiles } from './config/tls-files.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import { checkAuditFile } from './open-audit-trail.ts';
import { checkClaimsFile } from './open-claims.ts';

/** What the files are called where they are set. */
export interface FileNames {
  readonly claims: string;
  readonly audit: string;
}

/**
 * All that is wrong with the files for TLS, claims and the audit trail, before any of them is opened or locked. That
 * another process has the claims is found by whoever opens them.
 */
export function findFileFaults(
  { tls, callers, creates, audit }: UpstreamSettings & Partial<Pick<Settings, 'tls' | 'callers'>>,
  names: FileNames = { claims: 'CLAIMS_FILE', audit: 'AUDIT_FILE' },
): readonly SettingFault[] {
  return [
    ...faultsOf(() => tls && readTlsFiles(tls)),
    ...faultsOf(() => checkClaimsFile(creates, names.claims)),
    ...faultsOf(() => checkAuditFile(audit, names.audit)),
    ...sameFileFaults(audit.file, names.audit, {
      [names.claims]: creates.claimsFile,
      POLICIES_FILE: creates.policiesFile,
      CALLERS_FILE: callers?.file,
    }),
  ];
}

/** Lines of the audit trail at the end of another file would damage that. */
function sameFileFaults(
  file: string | undefined,
  name: string,
  others: Readonly<Record<string, string | undefined>>,
): SettingFault[] {
  return Object.entries(others)
    .filter(([, other]) => file !== undefined && other !== undefined && isSame(file, other))
    .map(([other]) => ({ path: name, detail: `names the file of ${other}: each needs a file of its own` }));
}

function isSame(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  const [first, second] = [one, other].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}

function faultsOf(check: () => unknown): readonly SettingFault[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}
