import { finished } from 'node:stream';
import { BodyTooLarge, UnreadableBody } from './errors.ts';
import { sendContinue } from './expect-continue.ts';
import type { Handler } from './routed.ts';

const largestBodyBytes = 100_000;

/**
 * Reads a body that means nothing (RFC 9110, 9.3.5) before anything is done: a request that breaks off in its body is
 * answered as broken, and then nothing may have come of it.
 */
export const readOff: Handler = (request, response, next: (fault?: unknown) => void) => {
  const { 'transfer-encoding': coding, 'content-length': length = '0' } = request.headers;
  if (request.complete || (coding === undefined && Number(length) === 0)) return next();
  sendContinue(response);
  let bytes = 0;
  const onData = (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes <= largestBodyBytes) return;
    response.setHeader('connection', 'close');
    stop(new BodyTooLarge('The body has more than 100 kB.'));
  };
  const stop = (fault?: unknown) => {
    forget();
    request.off('data', onData);
    next(fault);
  };
  const forget = finished(request, { writable: false }, (error) => {
    stop(error ? new UnreadableBody('The body ended before it was complete.') : undefined);
  });
  request.on('data', onData);
};
