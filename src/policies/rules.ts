/** How an export is treated whose definition equals that of a job that is not done. */
export const duplicateModes = ['allow', 'reuse', 'refuse'] as const;

export type DuplicateMode = (typeof duplicateModes)[number];

/** The part of an export's definition that rules look at; `Definition` of the jobs room is one. */
export interface ExportContent {
  readonly datasetId: string;
  /** That of profiles where the export names none. */
  readonly schema: string;
  /** Undefined for all fields. */
  readonly fields: readonly string[] | undefined;
  /** Empty for all profiles. */
  readonly segments: readonly { readonly id: string }[];
  readonly mergePolicy: { readonly id?: string | undefined } | undefined;
  /** Undefined where no time-series events are exported. */
  readonly events: { readonly fields: readonly string[] | undefined } | undefined;
}

/** What of an export a rule does not accept. */
export type Place =
  | { readonly part: 'whole' | 'dataset' | 'schema' | 'profiles' | 'mergePolicy' | 'events' }
  /** A field by its text as in `ExportContent`, or all fields where there is none. */
  | { readonly part: 'fields' | 'eventFields'; readonly field?: string };

export interface Violation {
  /** The rule's name as in the policies file, such as `forbiddenFields`. */
  readonly rule: string;
  readonly place: Place;
  /** A sentence for the caller, such as `is not one of the datasets that may be filled`. */
  readonly detail: string;
}

/** What of the policies counts for one caller. */
export interface ExportPolicies {
  /**
   * Every rule that the export breaks, except `mostRunningJobs`. Empty where it may go.
   *
   * @param caller as `Requester.policyName`; nothing for who is not authenticated
   */
  findViolations(caller: string | undefined, content: ExportContent): readonly Violation[];
  /** How many jobs may run at once, and whose jobs count: this caller's, or all of the sandbox's. */
  mostRunningJobs(
    caller: string | undefined,
  ): { readonly most: number; readonly of: 'caller' | 'everyone' } | undefined;
  /** Nothing where the policies do not say. */
  duplicateJobs(caller: string | undefined): DuplicateMode | undefined;
}

/** Where the operator has set no rules. */
export const noPolicies: ExportPolicies = {
  findViolations: () => [],
  mostRunningJobs: () => undefined,
  duplicateJobs: () => undefined,
};
