import { faultOf } from '../problems/fault.ts';

/** A path, query or header parameter is not valid. */
export class InvalidParameters extends faultOf('invalid-parameters') {}

/** A new job is not valid; all that is wrong with it is in `details.errors`. */
export class InvalidJob extends faultOf('invalid-job') {}

export class SandboxNotAllowed extends faultOf('sandbox-not-allowed') {}
