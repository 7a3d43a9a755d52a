import { isUint8Array } from 'node:util/types';
import { errorCode } from '../../observability/error-code.ts';
import { HeadersTooLarge, RequestTimedOut, TargetTooLong, UnreadableRequest } from '../errors.ts';

export type FramingFault = UnreadableRequest | HeadersTooLarge | TargetTooLong | RequestTimedOut;

/** Codes of llhttp, Node's parser, which speak of the body. https://github.com/nodejs/llhttp */
const bodyCodes = new Set(['HPE_INVALID_CHUNK_SIZE', 'HPE_CHUNK_EXTENSIONS_OVERFLOW']);

/**
 * What is wrong with bytes that Node's parser has refused, or that did not come in time; nothing where the
 * connection itself broke, so that there is nobody to tell. Pure.
 *
 * @param mostBytes of a request line and headers together, as the server was told
 */
export function toFramingFault(error: unknown, mostBytes: number): FramingFault | undefined {
  const code = errorCode(error);
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimedOut('The request took too long to arrive.');
  if (code === undefined || !code.startsWith('HPE_')) return undefined;
  const internal = `The request cannot be read as HTTP/1.1 (${code})`;
  if (code === 'HPE_HEADER_OVERFLOW') {
    return isInRequestLine(error, mostBytes)
      ? new TargetTooLong(
          `The target of the request has about ${mostBytes} bytes or more, which is the most.`,
        )
      : new HeadersTooLarge(`The target and the headers have more than ${mostBytes} bytes together.`);
  }
  if (code === 'HPE_INVALID_EOF_STATE') {
    return new UnreadableRequest('The connection was closed before the request was complete.', { internal });
  }
  if (bodyCodes.has(code)) {
    return new UnreadableRequest('The chunks of the body cannot be read.', { internal });
  }
  return new UnreadableRequest('The request cannot be read as HTTP/1.1.', { internal });
}

/**
 * Whether a head that is too large is still in its first line, after nothing but a method. Node does not say;
 * the packet that it refused does, where the line began in it.
 */
function isInRequestLine(error: unknown, mostBytes: number): boolean {
  if (typeof error !== 'object' || error === null || !('rawPacket' in error)) return false;
  const { rawPacket } = error;
  if (!isUint8Array(rawPacket)) return false;
  const [, target = ''] = /^[A-Z-]+ ([^ \r\n]*)/.exec(Buffer.from(rawPacket).toString('latin1')) ?? [];
  // A little less than the bound: a few headers then make no difference.
  return target.length > mostBytes * 0.97;
}
