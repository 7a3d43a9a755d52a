import { faultOf } from '../problems/fault.ts';

/** A new job is not valid; all that is wrong with it is in `details.errors`. */
export class InvalidJob extends faultOf('invalid-job') {}

/** A cancel comes too late: the job has ended by itself. It is in `details.job`. */
export class JobAlreadyDone extends faultOf('job-already-done') {}
