import type { FieldPattern } from './field-pattern.ts';
import type { Hours } from './hours.ts';
import type { DuplicateMode } from './rules.ts';

/** The only schema that the other rules are made for: what another one exports, and of whom, they cannot tell. */
export const profileSchema = '_xdm.context.profile';

/**
 * Rules as the operator has set them, checked. A rule that is left out says nothing, except `schemas`. For a named caller
 * `null` says that the rule of everyone does not count for it.
 */
export interface Rules {
  readonly datasets?: readonly string[] | null | undefined;
  /** Where none counts, only `profileSchema` may be exported. */
  readonly schemas?: readonly string[] | null | undefined;
  readonly allowedFields?: readonly FieldPattern[] | null | undefined;
  readonly forbiddenFields?: readonly FieldPattern[] | null | undefined;
  readonly allFields?: boolean | null | undefined;
  readonly allProfiles?: boolean | null | undefined;
  readonly mergePolicies?: readonly string[] | null | undefined;
  readonly events?: boolean | null | undefined;
  readonly mostRunningJobs?: number | null | undefined;
  readonly hours?: Hours | null | undefined;
  readonly duplicateJobs?: DuplicateMode | null | undefined;
}

export interface Policies {
  readonly everyone: Rules;
  /** By `Requester.policyName`. */
  readonly callers: ReadonlyMap<string, Rules>;
}
