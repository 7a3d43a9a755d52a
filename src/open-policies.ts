import { nameFaults, openPoliciesFile } from './config/policies-file.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import { followFile, toSettingsError } from './follow-file.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';
import { mostTold } from './observability/tell-difference.ts';
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
 * @throws SettingsError where POLICIES_FILE cannot be used any more
 */
export function openPolicies(
  settings: UpstreamSettings,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): OpenPolicies {
  const { policiesFile } = settings.creates;
  if (policiesFile === undefined) return { ...noPolicies, close() {} };
  const name = 'POLICIES_FILE';
  const { initial, readChange } = openPoliciesFile(policiesFile);
  if ('faults' in initial) throw toSettingsError(name, initial.faults);
  const policies = createExportPolicies(initial, clock);

  function use(changed: Policies): object {
    // A fault at start only: while the service runs, this file and that of the callers cannot change at the same time.
    const unknown = nameFaults(changed, settings).map(({ path, detail }) => `${path} ${detail}`);
    if (unknown.length > 0)
      log.warn(
        { faults: unknown.slice(0, mostTold), faultCount: unknown.length },
        `${name} has rules that count for nobody`,
      );
    return policies.replace(changed);
  }

  return { ...policies, close: followFile({ name, readChange, use, log, clock }) };
}
