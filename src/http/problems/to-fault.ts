import { Fault } from '../../problems/fault.ts';
import { InternalError, InvalidParameters } from '../errors.ts';

/** Any error as a fault. The text of an error that is none is for the log only; the caller does not see it. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  // Express decodes the parameters of a path before any of our code sees them.
  if (error instanceof URIError) return new InvalidParameters('The path cannot be decoded.');
  const internal = error instanceof Error ? error.message : String(error);
  return new InternalError('Something went wrong inside of this service.', { internal, cause: error });
}
