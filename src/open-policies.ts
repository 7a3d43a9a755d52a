import { nameFaults, openPoliciesFile } from './config/policies-file.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import { followFile, tellFaults, toSettingsError } from './follow-file.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';
import { createExportPolicies } from './policies/export-policies.ts';
import type { Policies } from './policies/policies.ts';
import { type ExportPolicies, noPolicies } from './policies/rules.ts';

export interface OpenPolicies extends ExportPolicies {
  /** Leaves no timer; the file is not read again after this. */
  close(): void;
}

/**
 * The rules for exports that the settings name, read again when their file changes.
 *
 * @param setting what the file is called where it is set
 * @throws SettingsError where the file cannot be used any more
 */
export function openPolicies(
  settings: UpstreamSettings,
  {
    log,
    clock,
    setting: name = 'POLICIES_FILE',
  }: { readonly log: Log; readonly clock: Clock; readonly setting?: string },
): OpenPolicies {
  const { policiesFile } = settings.creates;
  if (policiesFile === undefined) return { ...noPolicies, close() {} };
  const { initial, readChange } = openPoliciesFile(policiesFile);
  if ('faults' in initial) throw toSettingsError(name, initial.faults);
  const policies = createExportPolicies(initial, clock);

  function use(changed: Policies): object {
    // A fault at start only: while the service runs, this file and that of the callers cannot change at the same time.
    const unknown = nameFaults(changed.callers.keys(), settings);
    if (unknown.length > 0) log.warn(tellFaults(unknown), `${name} has rules that count for nobody`);
    return policies.replace(changed);
  }

  return { ...policies, close: followFile({ name, readChange, use, log, clock }) };
}
