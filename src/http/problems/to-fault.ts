import { Fault } from '../../observability/fault.ts';
import { InternalError, InvalidParameters } from '../errors.ts';
import { isProblemCode, type KnownFault } from './catalogue.ts';

/** Any error as the fault that it is. What nobody foresaw keeps its text for the log and shows none. */
export function toFault(error: unknown): KnownFault {
  if (isKnownFault(error)) return error;
  // Express decodes the parameters of a path before any of our code sees them.
  if (error instanceof URIError) return new InvalidParameters('The path cannot be decoded.');
  const internal = error instanceof Error ? error.message : String(error);
  return new InternalError('Something went wrong inside of this service.', { internal, cause: error });
}

function isKnownFault(error: unknown): error is KnownFault {
  return error instanceof Fault && isProblemCode(error.code);
}
