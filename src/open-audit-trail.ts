import { accessSync, constants, existsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AuditTrail } from './audit/audit-trail.ts';
import { createAuditTrail } from './audit/create-audit-trail.ts';
import { createFileDestination } from './audit/file-destination.ts';
import { createLogDestination } from './audit/log-destination.ts';
import { createOutputDestination } from './audit/output-destination.ts';
import { SettingsError } from './config/settings-error.ts';
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

/**
 * The audit trail of `exportJobs`: to the file that its options name, or to the log of the host application.
 *
 * @throws SettingsError
 */
export function openHostAuditTrail({ file, required }: AuditSettings, { log, clock }: Around): AuditTrail {
  const guarded = createGuardedLog(log);
  if (file !== undefined) return openFile('audit.file', file, { required, log: guarded, clock });
  if (required && log === silentLog) {
    throw new SettingsError([{ path: 'audit.required', detail: 'needs audit.file, or a log' }]);
  }
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
export function checkAuditFile({ file }: AuditSettings): void {
  if (file === undefined) return;
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw unusable('AUDIT_FILE', error);
  }
}

function unusable(path: string, error: unknown): SettingsError {
  const code = errorCode(error) ?? 'unknown';
  const detail = `names a file that cannot be opened for writing (${code}): its folder has to be there, and this user has to be allowed to write it`;
  return new SettingsError([{ path, detail }]);
}

const createErrorLog = () =>
  createLog({ level: 'error', destination: { write: (line) => void writeSync(2, line) } });
