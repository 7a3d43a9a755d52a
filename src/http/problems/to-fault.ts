import { InvalidParameters } from '../../jobs/errors.ts';
import { Fault } from '../../observability/fault.ts';
import { BodyTooLarge, InternalError, UnreadableBody, UnsupportedMediaType } from '../errors.ts';
import { isProblemCode, type KnownFault } from './catalogue.ts';

/** Any error as the fault that it is. What nobody foresaw keeps its text for the log and shows none. */
export function toFault(error: unknown): KnownFault {
  if (isKnownFault(error)) return error;
  // Express decodes the parameters of a path before any of our code sees them.
  if (error instanceof URIError) return new InvalidParameters('The path cannot be decoded.');
  if (error instanceof Error) {
    const known = fromBodyParser(error);
    if (known) return known;
  }
  const internal = error instanceof Error ? error.message : String(error);
  return new InternalError('Something went wrong inside of this service.', { internal, cause: error });
}

/** Names that Express's body parser gives its errors. https://github.com/expressjs/body-parser#errors */
function fromBodyParser(error: Error): UnreadableBody | BodyTooLarge | UnsupportedMediaType | undefined {
  switch ('type' in error && error.type) {
    case 'entity.parse.failed':
      return new UnreadableBody('The body is not JSON.', { internal: 'The body is not JSON' });
    case 'entity.too.large':
      return new BodyTooLarge('The body has more than 100 kB.');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new UnsupportedMediaType('The body has an encoding or a charset that is not known here.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new UnreadableBody('The body ended before it was complete.');
    default:
      // Such as a body that is not in the encoding that its headers name.
      if ('status' in error && Number(error.status) < 500)
        return new UnreadableBody('The body cannot be read.');
      return undefined;
  }
}

function isKnownFault(error: unknown): error is KnownFault {
  return error instanceof Fault && isProblemCode(error.code);
}
