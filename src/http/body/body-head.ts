import type { IncomingHttpHeaders } from 'node:http';
import { MIMEType } from 'node:util';
import { BodyTooLarge, UnreadableBody, UnsupportedMediaType } from '../errors.ts';
import { type Coding, codingOf } from './decode.ts';

/** @param mostBytes that a body may have, as it is sent and decoded */
export function tooLarge(mostBytes: number): BodyTooLarge {
  return new BodyTooLarge(`The body has more than ${mostBytes} bytes.`);
}

/** Whether the head announces a body (RFC 9112, 6.3). It may be an empty one. */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
}

/**
 * Refuses a body by its head alone, before a byte of it is read.
 *
 * @returns how the body is encoded
 * @throws UnreadableBody, UnsupportedMediaType, BodyTooLarge
 */
export function checkBodyHead(headers: IncomingHttpHeaders, mostBytes: number): Coding {
  if (!announcesBody(headers) || headers['content-length'] === '0')
    throw new UnreadableBody('The request has no body: send the new job as JSON.');
  checkMediaType(headers['content-type']);
  const coding = codingOf(headers['content-encoding']);
  if (Number(headers['content-length']) > mostBytes) throw tooLarge(mostBytes);
  return coding;
}

/** RFC 8259 defines no charset for JSON; who names one has to name UTF-8. */
function checkMediaType(field: string | undefined): void {
  const type = parseMediaType(field);
  if (type?.essence !== 'application/json')
    throw new UnsupportedMediaType('A new job is sent as application/json.');
  const charset = type.params.get('charset');
  if (charset !== null && !meansUtf8(charset))
    throw new UnsupportedMediaType('A new job is sent in UTF-8; its Content-Type names another charset.');
}

function parseMediaType(field = ''): MIMEType | undefined {
  try {
    return new MIMEType(field);
  } catch {
    return undefined;
  }
}

/** All names that UTF-8 has, such as `utf8`: https://encoding.spec.whatwg.org/#names-and-labels */
function meansUtf8(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding === 'utf-8';
  } catch {
    return false;
  }
}
