import { errors } from 'undici';
import { errorCode } from '../observability/error-code.ts';
import type { FaultDetails } from '../problems/fault.ts';
import { UndecodableBody } from './body-text.ts';
import type { Operation } from './call.ts';
import { TunnelRefused } from './dispatcher.ts';
import { type PlatformFault, PlatformTimedOut, PlatformUnreachable } from './errors.ts';
import { malformed } from './judge.ts';

/** How far a call had come when it ended without an answer that can be used. */
export interface Ending {
  readonly operation: Operation;
  /** Whether a byte of the request may have reached Platform. */
  readonly isSent: boolean;
  /** Where the answer had begun. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** The proxy on the way, by host and port. */
  readonly proxy: string | undefined;
  /** Whether our deadline ended it, and whether the caller had shortened that. */
  readonly isLate: boolean;
  readonly cutShort: boolean;
}

/** What an error of undici's, of Node's or of a decoder says of the call. Pure. */
export function explainUnanswered(error: unknown, ending: Ending): PlatformFault {
  const { operation, status, requestId, isLate, cutShort } = ending;
  const seen = { ...(status !== undefined && { status }), ...(requestId !== undefined && { requestId }) };
  const isSent = ending.isSent && !wasRefusedUnprocessed(error);
  // If nothing was sent, the answer came from a proxy and not from Platform.
  const nonsense = isSent ? whatIsMalformed(error) : undefined;
  if (nonsense !== undefined) return malformed(operation, nonsense, seen, error);
  const details: FaultDetails = {
    upstream: { service: 'platform', ...seen },
    mayHaveRun: operation === 'create' && isSent,
    cause: error,
    ...(isOperatorsProxyFault(error) && { owner: 'operator' as const }),
  };
  const way = isSent ? '' : wayOf(ending, error);
  const code = errorCode(error) ?? 'unknown';
  if (isLate || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    const internal = `Platform did not answer ${operation} in time (${code})${way}`;
    return new PlatformTimedOut('Platform did not answer in time.', { ...details, internal, cutShort });
  }
  const internal = `Platform could not be reached for ${operation}, or broke off (${code})${way}`;
  return new PlatformUnreachable(toSentence(isSent, status), { ...details, internal });
}

function toSentence(isSent: boolean, status: number | undefined): string {
  if (!isSent) return 'Platform could not be reached.';
  return status === undefined
    ? 'Platform ended the connection before it answered.'
    : 'Platform ended the connection in the middle of its answer.';
}

/** For what arrived and is no answer; nothing where none arrived. */
function whatIsMalformed(error: unknown): string | undefined {
  if (error instanceof UndecodableBody) return error.message;
  if (error instanceof errors.ResponseExceededMaxSizeError)
    return 'more than the largest answer that is read';
  if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) {
    return `something that is not HTTP (${error.code})`;
  }
  // undici reads no answer behind a `100 Continue` or a `101` that it did not ask for, and has no code for it.
  if (error instanceof errors.SocketError && /^bad (?:response|upgrade)$/.test(error.message)) {
    return 'a status 100 or 101 that was not asked for';
  }
  return undefined;
}

/**
 * Whether the other side has said that it did not process the request: HTTP/2's REFUSED_STREAM (RFC 9113, 8.7), or a
 * GOAWAY that leaves it out, for which undici has no code; or a proxy that was to forward and wants a password first.
 */
function wasRefusedUnprocessed(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('http2ErrorCode' in error && error.http2ErrorCode === refusedStream) return true;
  const message = 'message' in error ? String(error.message) : '';
  return message.startsWith('HTTP/2: "GOAWAY" frame received') || isProxyPassword(error);
}

const refusedStream = 7;

/** undici's words for a 407 to a request that it forwards without a tunnel. */
const isProxyPassword = (error: unknown) =>
  error instanceof errors.InvalidArgumentError && error.message.includes('(407)');

/** A proxy that wants a password, or forbids the way, does so until somebody sets it right. */
function isOperatorsProxyFault(error: unknown): boolean {
  return (
    isProxyPassword(error) || (error instanceof TunnelRefused && error.status >= 400 && error.status < 500)
  );
}

/** What the log says of a call that Platform has not carried out. */
function wayOf({ proxy, isSent }: Ending, error: unknown): string {
  if (isProxyPassword(error)) return `; nothing was carried out: the proxy ${proxy} answered 407`;
  if (isSent) return '; it was refused unprocessed';
  if (proxy === undefined) return '; nothing was sent';
  if (error instanceof TunnelRefused) {
    return `; nothing was sent: the proxy ${proxy} answered CONNECT with ${error.status}`;
  }
  return `; nothing was sent, on the way through the proxy ${proxy}`;
}
