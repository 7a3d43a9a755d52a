import { type Owner, type ProblemCode, problemCatalogue } from './catalogue.ts';

/** What an upstream service said when a call to it failed; safe to show to a caller. */
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
  | {
      readonly pointer: string;
      readonly detail: string;
      /** The rule of the export policies that it breaks. */
      readonly rule?: string;
    }
  | { readonly parameter: string; readonly detail: string };

export interface Challenge {
  /** Nothing where the request brings no credential at all. */
  readonly error?: 'invalid_token' | 'insufficient_scope';
  /** The permission that would do. */
  readonly scope?: string;
}

export interface FaultDetails {
  /** What the operator reads in the log. Without it, the public sentence. */
  readonly internal?: string;
  readonly errors?: readonly FaultyPart[];
  readonly upstream?: UpstreamReport;
  /** When trying again makes sense, from now. */
  readonly retryAfterMs?: number;
  /** True for a call that changes something and may have been carried out although it failed. */
  readonly mayHaveRun?: boolean;
  /** The job that a create has certainly started, although it could not be read. */
  readonly startedJobId?: string;
  /** The job that runs already, for a create that is refused because of it. */
  readonly runningJobId?: string;
  /** The job that a problem shows, as the JSON that callers get of it. */
  readonly job?: { readonly json: string };
  /** True for a time-out that came early because the caller wanted a quick answer: it says nothing about upstream. */
  readonly cutShort?: boolean;
  /** True where trying again cannot help, although it would for others of this code. */
  readonly permanent?: boolean;
  /** Who can fix it, where that is somebody else than for others of this code. */
  readonly owner?: Owner;
  /** Where it was not found out just now, but comes from the cache. */
  readonly cached?: { readonly ageMs: number; readonly ttlMs: number };
  /** How to authenticate, for a `WWW-Authenticate` header (RFC 6750, 3). */
  readonly challenge?: Challenge;
  /** The methods that a resource has, for an `Allow` header. */
  readonly allow?: readonly string[];
  readonly cause?: unknown;
}

/**
 * An error that has a code in the catalogue of problems. `detail` is for the caller, `message` for the operator.
 * Each room makes its own classes with `faultOf`.
 */
export class Fault extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly details: FaultDetails;

  constructor(code: ProblemCode, detail: string, details: FaultDetails = {}) {
    super(details.internal ?? detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.detail = detail;
    this.details = details;
  }
}

/** The class to extend for one code: `class JobNotFound extends faultOf('job-not-found') {}`. */
export function faultOf<Code extends ProblemCode>(code: Code) {
  return class extends Fault {
    override readonly code = code;

    constructor(detail: string, details?: FaultDetails) {
      super(code, detail, details);
    }
  };
}

/** Whether the error is a state that ends by itself, see `ProblemKind.transient`. */
export function isTransient(error: unknown): error is Fault {
  return error instanceof Fault && problemCatalogue[error.code].transient;
}
