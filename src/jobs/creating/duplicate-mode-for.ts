import type { DuplicateMode, ExportPolicies } from '../../policies/rules.ts';
import type { Requester } from '../context.ts';
import type { CreateCommand } from './new-export.ts';

/** How an export is treated whose equal is running: as the caller asks for, or else its policies, or else the settings. */
export type DuplicateModeFor = (command: Pick<CreateCommand, 'duplicates'>, by: Requester) => DuplicateMode;

export function createDuplicateModeFor(
  policies: Pick<ExportPolicies, 'duplicateJobs'>,
  usual: DuplicateMode,
): DuplicateModeFor {
  return ({ duplicates }, { policyName }) => duplicates ?? policies.duplicateJobs(policyName) ?? usual;
}
