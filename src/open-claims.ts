import type { Claims } from './claims/claims.ts';
import { type ClaimsFileState, inspectClaimsFile } from './claims/inspect-claims-file.ts';
import { openSqliteClaims } from './claims/sqlite-claims.ts';
import { UnusableClaimsFile } from './claims/unusable-claims-file.ts';
import type { Settings } from './config/settings.ts';
import { SettingsError } from './config/settings-error.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';

type ClaimsSettings = Pick<Settings['creates'], 'claimsFile'>;

interface OpenClaimsParts {
  readonly log: Log;
  readonly clock: Clock;
  /** What the file is called where it is set. */
  readonly setting?: string;
}

const variable = 'CLAIMS_FILE';

/** The store of promises about creates. @throws SettingsError where its file cannot be used */
export function openClaims(
  { claimsFile }: ClaimsSettings,
  { log, clock, setting = variable }: OpenClaimsParts,
): Claims {
  return asSettingsFault(setting, claimsFile, () =>
    openSqliteClaims({ file: claimsFile, setting, log, clock }),
  );
}

/**
 * What `openClaims` would find, without creating or keeping anything; that another process has the file is no fault.
 *
 * @throws SettingsError where the file cannot be used
 */
export function checkClaimsFile({ claimsFile }: ClaimsSettings, setting = variable): ClaimsFileState {
  return asSettingsFault(setting, claimsFile, () => inspectClaimsFile(claimsFile));
}

function asSettingsFault<T>(setting: string, claimsFile: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof UnusableClaimsFile)) throw error;
    throw new SettingsError([{ path: setting, detail: `names ${claimsFile}, which ${error.message}` }]);
  }
}
