import { faultOf } from '../problems/fault.ts';

/** Platform refuses what the caller asked for: its content, or its state. */
export class JobRefused extends faultOf('job-refused') {}

export class JobNotFound extends faultOf('job-not-found') {}

/** Platform refuses our credential or our permission (401, 403): never the caller's fault. */
export class PlatformRefusedUs extends faultOf('platform-refused-us') {}

/** What answers is not Platform's export jobs, or is not reached as it should be: an address, a proxy. */
export class PlatformMisconfigured extends faultOf('platform-misconfigured') {}

/** The credential's limit is reached (429). */
export class PlatformThrottled extends faultOf('platform-throttled') {}

/** Platform answered with an error of its own. */
export class PlatformFailed extends faultOf('platform-failed') {}

/** Platform answered something that cannot be used: no JSON, no job, a redirect, too long. */
export class PlatformMalformed extends faultOf('platform-malformed') {}

/** No connection, or one that broke. */
export class PlatformUnreachable extends faultOf('platform-unreachable') {}

export class PlatformTimedOut extends faultOf('platform-timed-out') {}

/** Platform has been failing in this sandbox, so it is not called for a moment. */
export class PlatformCircuitOpen extends faultOf('platform-circuit-open') {}

/** More calls than this service makes at once, and as many waiting as it lets wait. */
export class TooManyCalls extends faultOf('overloaded') {}

/** Nobody waits for the answer any more, so the call was cut off. */
export class RequestAbandoned extends faultOf('request-abandoned') {}

export const callerGone = () => new RequestAbandoned('The caller has gone.');

export type PlatformFault =
  | RequestAbandoned
  | PlatformCircuitOpen
  | TooManyCalls
  | JobRefused
  | JobNotFound
  | PlatformRefusedUs
  | PlatformMisconfigured
  | PlatformThrottled
  | PlatformFailed
  | PlatformMalformed
  | PlatformUnreachable
  | PlatformTimedOut;
