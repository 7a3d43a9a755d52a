/** What an upstream service said when it failed us; safe to show to a caller. */
export interface UpstreamReport {
  readonly service: 'ims' | 'platform';
  /** The HTTP status on the wire. */
  readonly status?: number;
  /** Upstream's own code, such as `401013` or `invalid_client`. */
  readonly code?: string;
  /** Upstream's sentences, with our secrets masked. */
  readonly messages?: readonly string[];
  /** What names this call to Adobe's support. */
  readonly requestId?: string;
}

/** One thing wrong with a request: in its body (a JSON pointer, RFC 6901) or in a parameter or header. */
export type FaultyPart =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string };

export interface FaultDetails {
  /** What the operator reads in the log. Without it, the public sentence. */
  readonly internal?: string;
  readonly errors?: readonly FaultyPart[];
  readonly upstream?: UpstreamReport;
  /** When trying again makes sense, from now. */
  readonly retryAfterMs?: number;
  /** True for a call that changes something and may have been carried out although it failed. */
  readonly mayHaveRun?: boolean;
  /** The job that a create has certainly started, although nobody could show it. */
  readonly startedJobId?: string;
  /** True for a time-out that came early because the caller was in a hurry: it says nothing of upstream. */
  readonly cutShort?: boolean;
  /** True where trying again cannot help, although it would for others of this code. */
  readonly permanent?: boolean;
  /** Who can mend it, where that is not who it is for others of this code. */
  readonly owner?: 'caller' | 'operator' | 'platform';
  /** Where it was not found out just now, but answers from the cache. */
  readonly cached?: { readonly ageMs: number; readonly ttlMs: number };
  /** The methods that a resource knows, for an `Allow` header. */
  readonly allow?: readonly string[];
  readonly cause?: unknown;
}

/**
 * Something that went wrong in a way we know. `detail` is for the caller, `message` for the operator;
 * `code` names the problem's page. Each room derives its own classes, one for each code.
 */
export abstract class Fault extends Error {
  abstract readonly code: string;
  readonly detail: string;
  readonly details: FaultDetails;

  constructor(detail: string, details: FaultDetails = {}) {
    super(details.internal ?? detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.detail = detail;
    this.details = details;
  }
}
