import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCode } from '../observability/error-code.ts';
import type { Log } from '../observability/log.ts';
import type { AnswersUnderWay } from './answers-under-way.ts';
import { HeadersTooLarge, MethodNotAllowed, RequestTimedOut, UnreadableRequest } from './errors.ts';
import { problemHeaders, toProblem } from './problems/problem.ts';
import { securityHeaders } from './security-headers.ts';

type EarlyFault = UnreadableRequest | HeadersTooLarge | RequestTimedOut | MethodNotAllowed;

/**
 * Answers with a problem where Node's server would answer by itself, or not at all, because no request came
 * about: broken HTTP, too many headers, headers that take too long, CONNECT.
 */
export function answerEarlyErrors(server: Server, answers: AnswersUnderWay, log: Log): void {
  server.on('clientError', (error, socket) => {
    const response = answers.on(socket);
    if (response) {
      // A request is being served on this connection, and what followed it makes no sense, such as a body
      // longer than its length. That request keeps its answer: to its caller an export may have been started.
      response.once('close', () => socket.destroy());
      return;
    }
    if (errorCode(error) === 'ECONNRESET' || !socket.writable) socket.destroy();
    else answerOn(socket, toFault(errorCode(error)), log);
  });
  server.on('connect', (_request, socket) => {
    answerOn(
      socket,
      new MethodNotAllowed('This is no proxy: CONNECT is not known here.', { allow: [] }),
      log,
    );
  });
}

function toFault(code: string | undefined): EarlyFault {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HeadersTooLarge('The headers have more than 16 kB together.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimedOut('The request took too long to arrive.');
  return new UnreadableRequest('The request cannot be read as HTTP/1.1.');
}

function answerOn(socket: Duplex, fault: EarlyFault, log: Log): void {
  const requestId = randomUUID();
  const problem = toProblem(fault, { requestId, mountPath: '', instance: '' });
  log.info({ status: problem.status, requestId, code: problem.code, error: fault.message }, 'request');
  const body = JSON.stringify(problem);
  const headers = {
    ...securityHeaders,
    connection: 'close',
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'private, no-cache',
    'x-request-id': requestId,
    ...problemHeaders(fault),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${problem.status} ${problem.title}`, ...lines, '', body].join('\r\n'));
}
