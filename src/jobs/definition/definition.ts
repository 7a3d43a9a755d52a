/**
 * What an export does, in one form for all the spellings that mean the same: in our words or Adobe's, in any order, with
 * defaults left out or said, with times in any zone.
 */
export interface Definition {
  readonly datasetId: string;
  readonly schema: string;
  /** Sorted, each once; undefined for all fields. */
  readonly fields: readonly string[] | undefined;
  /** Sorted, each once; empty for all profiles. */
  readonly segments: readonly {
    readonly id: string;
    readonly namespace: string;
    readonly status: readonly string[] | undefined;
  }[];
  readonly qualified: { readonly from: string | undefined; readonly to: string | undefined } | undefined;
  readonly ingestedAfter: string | undefined;
  readonly includeEmptyProfiles: boolean;
  readonly events:
    | {
        readonly fields: readonly string[] | undefined;
        readonly ingestedAfter: string | undefined;
        readonly ingestedBefore: string | undefined;
      }
    | undefined;
  readonly mergePolicy: { readonly id: string | undefined; readonly version: number | undefined } | undefined;
  readonly batchPerSegment: boolean;
  readonly evaluateSegments: boolean;
}
