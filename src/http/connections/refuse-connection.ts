import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../observability/clock.ts';
import type { Log } from '../../observability/log.ts';
import type { Fault } from '../../problems/fault.ts';
import type { Headers } from '../answer.ts';
import { type Problem, problemHeaders, toProblem } from '../problems/problem.ts';
import { linger } from './linger.ts';
import { securityHeaders } from './security-headers.ts';

export interface RefusalOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** Where links begin, see `request-context.ts`: there is no request that could say more. */
  readonly basePath?: string;
}

/** Answers where there is no request that could be answered, and closes the connection. */
export function refuseConnection(
  connection: Duplex,
  fault: Fault,
  { log, clock, basePath = '' }: RefusalOptions,
): void {
  const requestId = randomUUID();
  const problem = toProblem(fault, { requestId, mountPath: basePath, instance: '' });
  log.info({ status: problem.status, requestId, code: problem.code, error: fault.message }, 'request');
  if (connection.writable) linger(connection, clock, toBytes(problem, problemHeaders(fault)));
  else connection.destroy();
}

/** A problem as the bytes of an HTTP/1.1 answer. */
function toBytes(problem: Problem, more: Headers): string {
  const body = JSON.stringify(problem);
  const headers = {
    ...securityHeaders,
    connection: 'close',
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'private, no-cache',
    'x-request-id': problem.requestId,
    ...more,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${problem.status} ${problem.title}`, ...lines, '', body].join('\r\n');
}
