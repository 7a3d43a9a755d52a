import { accessSync, constants, lstatSync, readlinkSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AuditTrail } from './audit/audit-trail.ts';
import { createAuditTrail } from './audit/create-audit-trail.ts';
import { createFileDestination } from './audit/file-destination.ts';
import { createLogDestination } from './audit/log-destination.ts';
import { createOutputDestination } from './audit/output-destination.ts';
import { type SettingFault, SettingsError } from './config/settings-error.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import type { Clock } from './observability/clock.ts';
import { errorCode } from './observability/error-code.ts';
import { createGuardedLog } from './observability/guarded.ts';
import { createLog, type Log, silentLog } from './observability/log.ts';
import type { StandardOutput } from './observability/standard-output.ts';

type AuditSettings = UpstreamSettings['audit'];

interface Around {
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * The audit trail of the service: to the file that the settings name, or to standard output.
 *
 * @throws SettingsError where the file cannot be opened, whether creates need it or not: a wrong path does not become right by itself
 */
export function openAuditTrail(
  { file, required }: AuditSettings,
  { standardOutput, log, clock }: Around & { readonly standardOutput: StandardOutput },
): AuditTrail {
  if (file !== undefined) return openFile('AUDIT_FILE', file, { required, log, clock });
  const destination = createOutputDestination(standardOutput);
  // The log goes to standard output too, and is lost with it.
  return createAuditTrail({ destination, required, log: createErrorLog(), clock });
}

/** What is missing where `exportJobs` is to refuse creates without a trail. */
export function hostAuditFaults({ file, required }: AuditSettings, log: Log): readonly SettingFault[] {
  if (!required || file !== undefined || log !== silentLog) return [];
  return [{ path: 'audit.required', detail: 'needs audit.file, or a log' }];
}

/**
 * The audit trail of `exportJobs`: to the file that its options name, or to the log of the host application.
 *
 * @throws SettingsError
 */
export function openHostAuditTrail({ file, required }: AuditSettings, { log, clock }: Around): AuditTrail {
  const guarded = createGuardedLog(log);
  if (file !== undefined) return openFile('audit.file', file, { required, log: guarded, clock });
  return createAuditTrail({ destination: createLogDestination(log), required, log: guarded, clock });
}

function openFile(setting: string, file: string, more: Around & { readonly required: boolean }): AuditTrail {
  const destination = createFileDestination(file);
  try {
    destination.probe();
  } catch (error) {
    throw unusable(setting, error);
  }
  return createAuditTrail({ ...more, destination });
}

/**
 * As far as that can be told without making the file: who only checks the settings may be another user.
 *
 * @throws SettingsError
 */
export function checkAuditFile({ file }: Pick<AuditSettings, 'file'>, setting: string): void {
  if (file === undefined) return;
  try {
    requireWritable(resolve(file));
  } catch (error) {
    throw unusable(setting, error);
  }
}

/** Not opened: whoever reads a pipe would see it end when it is closed. */
function requireWritable(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw Object.assign(new Error('A folder'), { code: 'EISDIR' });
  if (found !== undefined) accessSync(path, constants.W_OK);
  else if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    requireWritable(resolve(dirname(path), readlinkSync(path)));
  }
  // The slash refuses what is there and no folder.
  else accessSync(`${dirname(path)}/`, constants.W_OK | constants.X_OK);
}

function unusable(path: string, error: unknown): SettingsError {
  const code = errorCode(error) ?? 'unknown';
  const cure =
    code === 'EISDIR'
      ? 'it is a folder, so name a file in it'
      : 'its folder has to be there, and this user has to be allowed to write it';
  return new SettingsError([
    { path, detail: `names a file that cannot be opened for writing (${code}): ${cure}` },
  ]);
}

const createErrorLog = () =>
  createLog({ level: 'error', destination: { write: (line) => void writeSync(2, line) } });
