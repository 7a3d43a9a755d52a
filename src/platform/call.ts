import type { AnswerHeaders } from '../ims/http-answer.ts';
import type { Secret } from '../observability/secret.ts';

export type Operation = 'list' | 'get' | 'create' | 'cancel';

/** One call to Platform, without its authorization. */
export interface PlatformRequest {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below Platform's origin, with its query; from `jobsTarget` or `jobTarget`. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

export interface PlatformAnswer {
  /** On the wire; the numbers inside of Adobe's error bodies often differ from it. */
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
}

/** What one upstream call came to; `status` is undefined where no answer came. */
export interface UpstreamCall {
  readonly operation: Operation;
  readonly status: number | undefined;
  readonly durationMs: number;
  /** Platform's own name for the call, as its answer says it. */
  readonly requestId?: string | undefined;
}

/** On whose behalf a call is made. */
export interface CallContext {
  readonly sandbox: string;
  /** Goes upstream as `x-request-id`. */
  readonly requestId: string;
  /** Aborted when the caller has gone: then nothing new is begun, and a read under way is aborted. */
  readonly signal?: AbortSignal;
  /** How long the caller waits, if it says so; it only shortens the service's own deadline. */
  readonly waitAtMostMs?: number | undefined;
  /** When this attempt has to end, by the clock. */
  readonly deadlineAtMs?: number;
  /** Called right before a create is sent, each time; what it throws keeps the create from being sent. */
  readonly beforeCreate?: (() => Promise<void>) | undefined;
  /** Told of each upstream call when it has ended. */
  readonly observe?: (call: UpstreamCall) => void;
}

/**
 * Performs a call and answers with whatever came, errors of Platform included.
 * Retries, limits and measurements wrap a `Send` in a `Send`.
 *
 * @throws PlatformUnreachable, PlatformTimedOut, PlatformMalformed when no usable answer came;
 *   RequestAbandoned when the caller has gone
 */
export type Send = (request: PlatformRequest, context: CallContext, token: Secret) => Promise<PlatformAnswer>;

/** As `Send`, for whoever need not know of tokens. */
export type AuthorizedSend = (request: PlatformRequest, context: CallContext) => Promise<PlatformAnswer>;
