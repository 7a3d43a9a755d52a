import { faultOf } from '../../problems/fault.ts';

/** The caller has used this key for another export. */
export class IdempotencyKeyReused extends faultOf('idempotency-key-reused') {}

/** A request with the same key has no outcome yet. */
export class IdempotencyKeyInUse extends faultOf('idempotency-key-in-use') {}

/** A job with an equal definition is not done, and the caller wants no second one. */
export class JobAlreadyRunning extends faultOf('job-already-running') {}

/** A create was sent, got no usable answer, and the list does not show its job so far. */
export class CreateNotConfirmed extends faultOf('create-not-confirmed') {}

/** A create was sent, got no usable answer, and the list does not tell what came of it. */
export class CreateOutcomeUnknown extends faultOf('create-outcome-unknown') {}
