import { faultOf } from '../problems/fault.ts';

/** A path, query or header parameter is not valid. */
export class InvalidParameters extends faultOf('invalid-parameters') {}

export class SandboxNotAllowed extends faultOf('sandbox-not-allowed') {}

export class NotFound extends faultOf('not-found') {}

export class MethodNotAllowed extends faultOf('method-not-allowed') {}

export class UnreadableBody extends faultOf('unreadable-body') {}

export class BodyTooLarge extends faultOf('body-too-large') {}

export class UnsupportedMediaType extends faultOf('unsupported-media-type') {}

export class NotReady extends faultOf('not-ready') {}

/** There is more to do than this process can do in time. */
export class Overloaded extends faultOf('overloaded') {}

/** The state is another one than `If-Match` or `If-None-Match` asks for. */
export class PreconditionFailed extends faultOf('precondition-failed') {}

/** This caller has as many streams open as one caller may. */
export class TooManyStreams extends faultOf('too-many-streams') {}

/** Addressed by a host name that is not one of this service, as after DNS rebinding. */
export class HostNotAllowed extends faultOf('host-not-allowed') {}

/** A page of another origin asks for a change. */
export class ForeignOrigin extends faultOf('foreign-origin') {}

/** Node could not read the request as HTTP. */
export class UnreadableRequest extends faultOf('unreadable-request') {}

export class HeadersTooLarge extends faultOf('headers-too-large') {}

/** The first line of a request is longer than Node reads. */
export class TargetTooLong extends faultOf('target-too-long') {}

/** A part of HTTP that this service does not have. */
export class NotImplemented extends faultOf('not-implemented') {}

/** The caller took too long to send its request. */
export class RequestTimedOut extends faultOf('request-timed-out') {}

/** Any error that no other class is for. */
export class InternalError extends faultOf('internal-error') {}
