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
