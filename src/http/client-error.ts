import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { errorCode } from '../observability/error-code.ts';
import type { Log } from '../observability/log.ts';
import { HeadersTooLarge, RequestTimedOut, UnreadableRequest } from './errors.ts';
import { toProblem } from './problems/problem.ts';

/**
 * Answers with a problem where no request came about, so that no middleware was asked: broken HTTP, too many
 * headers, headers that take too long. For a server's `clientError` event.
 */
export function answerClientError(log: Log) {
  return (error: Error, socket: Duplex): void => {
    const code = errorCode(error);
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const fault = toFault(code);
    const requestId = randomUUID();
    const problem = toProblem(fault, { requestId, mountPath: '', instance: '' });
    log.info({ status: problem.status, requestId, code: problem.code, error: String(code) }, 'request');
    const body = JSON.stringify(problem);
    socket.end(
      [
        `HTTP/1.1 ${problem.status} ${problem.title}`,
        'Connection: close',
        'Content-Type: application/problem+json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Cache-Control: private, no-cache',
        'X-Content-Type-Options: nosniff',
        `X-Request-Id: ${requestId}`,
        '',
        body,
      ].join('\r\n'),
    );
  };
}

function toFault(code: unknown): UnreadableRequest | HeadersTooLarge | RequestTimedOut {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HeadersTooLarge('The headers have more than 16 kB together.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimedOut('The request took too long to arrive.');
  return new UnreadableRequest('The request cannot be read as HTTP/1.1.');
}
