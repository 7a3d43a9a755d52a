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
  { tls, creates, audit }: UpstreamSettings & Partial<Pick<Settings, 'tls'>>,
  names: FileNames = { claims: 'CLAIMS_FILE', audit: 'AUDIT_FILE' },
): readonly SettingFault[] {
  return [
    ...faultsOf(() => tls && readTlsFiles(tls)),
    ...faultsOf(() => checkClaimsFile(creates, names.claims)),
    ...faultsOf(() => checkAuditFile(audit, names.audit)),
  ];
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
