import { isUtf8 } from 'node:buffer';
import type { Request, Response } from 'express';
import { tellFirst } from '../../problems/first-faults.ts';
import { BodyTooLarge, InternalError, UnreadableBody } from '../errors.ts';
import { checkBodyHead, largestBodyBytes, tooLarge } from './body-head.ts';
import { decode } from './decode.ts';
import { hostBodyOf } from './host-body.ts';
import { readBytes } from './read-bytes.ts';
import { findRepeatedNames } from './repeated-names.ts';

/**
 * The body of a request, which has to be one JSON text (RFC 8259) in which no object has a name twice (RFC 7493,
 * 2.3). Any JSON is read, so that `"text"` is answered as «not a job» and not as «not JSON».
 *
 * @throws UnreadableBody, UnsupportedMediaType, BodyTooLarge
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  const coding = checkBodyHead(request.headers);
  const given = hostBodyOf(request);
  if (given?.kind === 'value') return given.value;
  if (given?.kind === 'text') return parseText(given.text);
  if (given?.kind === 'bytes') return parseBytes(given.bytes);
  if (request.readableEnded) {
    const internal = 'A middleware before this one has read the body and left nothing in request.body';
    throw new InternalError('The body was read before this service could read it.', { internal });
  }
  const sent = await readBytes(request, response, largestBodyBytes);
  return parseBytes(await decode(sent, coding, largestBodyBytes));
}

function parseBytes(bytes: Uint8Array): unknown {
  // Read leniently, a damaged id would become another id.
  if (!isUtf8(bytes)) throw new UnreadableBody('The body is not UTF-8.');
  // It leaves out a byte order mark, which nobody should send and everybody may ignore (RFC 8259, 8.1).
  return parseText(new TextDecoder().decode(bytes));
}

function parseText(text: string): unknown {
  if (text.length > largestBodyBytes) throw new BodyTooLarge(tooLarge);
  if (text.trim() === '') throw new UnreadableBody('The body is empty: send the new job as JSON.');
  const value = parse(text);
  const { errors, notice } = tellFirst(findRepeatedNames(text));
  if (errors.length === 0) return value;
  throw new UnreadableBody(`A name stands twice in one object, so the body has no one meaning. ${notice}`, {
    errors,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own sentence quotes the body.
    throw new UnreadableBody('The body is not JSON.');
  }
}
