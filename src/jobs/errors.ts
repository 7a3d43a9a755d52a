import { Fault } from '../observability/fault.ts';

/** A new job that is not valid; `details.errors` has all that is wrong with it. */
export class InvalidJob extends Fault {
  readonly code = 'invalid-job';
}
