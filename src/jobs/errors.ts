import { Fault } from '../observability/fault.ts';

/** A path, query or header parameter that cannot be. */
export class InvalidParameters extends Fault {
  readonly code = 'invalid-parameters';
}

/** A new job that cannot be; all that is wrong with it is in `details.errors`. */
export class InvalidJob extends Fault {
  readonly code = 'invalid-job';
}

export class SandboxNotAllowed extends Fault {
  readonly code = 'sandbox-not-allowed';
}

export type JobsFault = InvalidParameters | InvalidJob | SandboxNotAllowed;
