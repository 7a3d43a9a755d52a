import { type FaultDetails, faultOf } from '../problems/fault.ts';

/** A new job is not valid; all that is wrong with it is in `details.errors`. */
export class InvalidJob extends faultOf('invalid-job') {}

/** An export breaks rules of the operator; the first of them, with their places, are in `details.errors`. */
export class PolicyRefused extends faultOf('policy-refused') {
  /** The names of all rules that it breaks. */
  readonly rules: readonly string[];

  constructor(detail: string, { rules = [], ...details }: FaultDetails & { rules?: readonly string[] } = {}) {
    super(detail, details);
    this.rules = rules;
  }
}

/** A cancel comes too late: the job has ended by itself. It is in `details.job`. */
export class JobAlreadyDone extends faultOf('job-already-done') {}

/** The caller has used this key for another export. */
export class IdempotencyKeyReused extends faultOf('idempotency-key-reused') {}

/** A request with the same key has no outcome yet. */
export class IdempotencyKeyInUse extends faultOf('idempotency-key-in-use') {}

/** A job with an equal definition is not done, and the caller wants no second one. */
export class JobAlreadyRunning extends faultOf('job-already-running') {}

/** An equal create got no usable answer, and it is not known whether its job runs. */
export class EqualJobUnknown extends faultOf('equal-job-unknown') {}

/** A create was sent, got no usable answer, and the list does not show its job so far. */
export class CreateNotConfirmed extends faultOf('create-not-confirmed') {}

/** A create was sent, got no usable answer, and the list does not tell what came of it. */
export class CreateOutcomeUnknown extends faultOf('create-outcome-unknown') {}
