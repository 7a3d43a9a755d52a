import { Fault } from '../observability/fault.ts';

/** A path, query or header parameter that is not valid. */
export class InvalidParameters extends Fault {
  readonly code = 'invalid-parameters';
}

export class SandboxNotAllowed extends Fault {
  readonly code = 'sandbox-not-allowed';
}

export class NotFound extends Fault {
  readonly code = 'not-found';
}

export class MethodNotAllowed extends Fault {
  readonly code = 'method-not-allowed';
}

export class UnreadableBody extends Fault {
  readonly code = 'unreadable-body';
}

export class BodyTooLarge extends Fault {
  readonly code = 'body-too-large';
}

export class UnsupportedMediaType extends Fault {
  readonly code = 'unsupported-media-type';
}

export class NotReady extends Fault {
  readonly code = 'not-ready';
}

/** There is more to do than this process can do in time. */
export class Overloaded extends Fault {
  readonly code = 'overloaded';
}

/** The state is another one than `If-Match` or `If-None-Match` asks for. */
export class PreconditionFailed extends Fault {
  readonly code = 'precondition-failed';
}

/** This caller has as many streams open as one caller may. */
export class TooManyStreams extends Fault {
  readonly code = 'too-many-streams';
}

/** Addressed by a host name that is none of ours, as after DNS rebinding. */
export class HostNotAllowed extends Fault {
  readonly code = 'host-not-allowed';
}

/** A page of another origin asks for a change. */
export class ForeignOrigin extends Fault {
  readonly code = 'foreign-origin';
}

/** What Node could not read as HTTP at all. */
export class UnreadableRequest extends Fault {
  readonly code = 'unreadable-request';
}

export class HeadersTooLarge extends Fault {
  readonly code = 'headers-too-large';
}

/** The first line of a request is longer than Node reads. */
export class TargetTooLong extends Fault {
  readonly code = 'target-too-long';
}

/** Something of HTTP that this service does not do. */
export class NotImplemented extends Fault {
  readonly code = 'not-implemented';
}

/** The caller took too long to send its request. */
export class RequestTimedOut extends Fault {
  readonly code = 'request-timed-out';
}

/** Whatever nobody foresaw. */
export class InternalError extends Fault {
  readonly code = 'internal-error';
}

export type HttpFault =
  | InvalidParameters
  | SandboxNotAllowed
  | NotFound
  | MethodNotAllowed
  | UnreadableBody
  | BodyTooLarge
  | UnsupportedMediaType
  | NotReady
  | Overloaded
  | TooManyStreams
  | HostNotAllowed
  | ForeignOrigin
  | PreconditionFailed
  | UnreadableRequest
  | HeadersTooLarge
  | TargetTooLong
  | NotImplemented
  | RequestTimedOut
  | InternalError;
